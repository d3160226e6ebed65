"""Tests of the DNS witness, on real sockets."""
