"""Tests of the HTTP client, on real sockets."""
