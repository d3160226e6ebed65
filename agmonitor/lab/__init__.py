"""A real pair of Gateway nodes on this machine."""
