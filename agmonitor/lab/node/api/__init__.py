"""The node's HTTP interface, one module a topic."""
