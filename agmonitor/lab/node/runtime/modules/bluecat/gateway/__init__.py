"""``bluecat.gateway``: the newer style of Gateway's own decorators."""
