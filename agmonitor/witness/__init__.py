"""What DNS says of a group's name."""

from agmonitor.witness.witness import DnsWitness, Resolved

__all__ = ["DnsWitness", "Resolved"]
