# A workflow that minds its node's role: it works on the Primary and holds still on the Secondary.
type = "api"
sub_pages = [
    {
        "name": "ag_demo_page",
        "title": "Availability group demo",
        "endpoint": "ag_demo/role",
        "description": "Shows the role of this node, and does its work on the Primary only.",
    },
]
