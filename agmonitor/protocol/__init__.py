"""The protocol of an Availability group as an executable model; pure."""
