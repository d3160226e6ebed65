"""The meaning: pure standard library, no clock, no I/O."""
