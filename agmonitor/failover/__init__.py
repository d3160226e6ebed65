"""Failover with guard rails, without sending anything. Pure: no clock, no I/O."""
