"""Watch, explain and prove the failover of BlueCat Gateway Availability groups."""

__version__ = "0.1.0"
