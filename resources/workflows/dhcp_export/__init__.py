# A workflow with a defect in its hook, so that there is something to find: see dhcp_export_page.py.
type = "api"
sub_pages = [
    {
        "name": "dhcp_export_page",
        "title": "DHCP export",
        "endpoint": "dhcp_export/last",
        "description": "Exports the next DHCP scope whenever this node becomes Primary.",
    },
]
