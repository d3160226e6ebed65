"""The lab around the nodes."""
