"""Talking to one Gateway over HTTP."""
