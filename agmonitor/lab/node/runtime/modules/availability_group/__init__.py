"""``availability_group``: the local node's part in its Availability group, for workflows."""
