# Hook inventory: says which workflows have subscribed to role changes, and what became of each call.
#
# Nothing in a Gateway lists subscribed callbacks. This workflow does, read-only. Import it as any other; it sees
# what is subscribed after it, so it must be loaded before the workflows it is to watch. It needs Gateway 22.11.1
# or later (availability_group.api) and nothing else. Grant the permission "hook_inventory_page" to whoever
# monitors.
type = "api"
sub_pages = [
    {
        "name": "hook_inventory_page",
        "title": "Hook inventory",
        "endpoint": "hook_inventory/v1/hooks",
        "description": "Subscribed role-change hooks of this node, and their newest calls.",
    },
]
