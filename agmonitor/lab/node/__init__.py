"""One Gateway node of the lab, a process of its own: ``python -m agmonitor.lab.node``."""
