"""Exports the next DHCP scope whenever this node becomes Primary, and has a defect on purpose.

One of its three scopes was entered without a zone, and the turn moves on with every role change. So a node
that has stood by since the group was formed meets it at its first promotion. It ends in a ``KeyError``, and
nobody would know: a Gateway shows no one what became of a hook. That is what the hook inventory and a
rehearsed failover are for.

    GET /dhcp_export/last   the newest export
"""

import itertools
import threading

from availability_group.api import EventId, NodeRole, subscribe
from bluecat import route, util
from flask import jsonify
from main_app import app

SCOPES = [
    {"network": "192.0.2.0/25", "zone": "office.example.net"},
    {"network": "192.0.2.128/25", "zone": "guests.example.net"},
    {"network": "198.51.100.0/24"},  # the defect: nobody filled in the zone
]


class Export:
    """Takes the scopes in turn, one a role change; whether it is exported is the new role's matter."""

    def __init__(self, scopes):
        self._turns = itertools.cycle(scopes)
        self._lock = threading.Lock()
        self._last = None

    def run(self, *, as_primary):
        scope = next(self._turns)
        if not as_primary:
            return None
        export = {"network": scope["network"], "zone": scope["zone"]}
        with self._lock:
            self._last = export
        return export

    def last(self):
        with self._lock:
            return self._last


export = Export(SCOPES)


def on_role_changed(event, **_):
    """A hook as many are written: it trusts its data and catches nothing."""
    occasion = "a change of role" if event.previous else "the start"
    exported = export.run(as_primary=event.new == NodeRole.PRIMARY)
    if exported is not None:
        app.logger.info("dhcp_export: exported %s at %s", exported["network"], occasion)


subscribe(EventId.NODE_ROLE_CHANGED, on_role_changed)


@route(app, "/dhcp_export/last")
@util.rest_workflow_permission_required("dhcp_export_page")
@util.rest_exception_catcher
def dhcp_export_last():
    return jsonify({"last": export.last()})
