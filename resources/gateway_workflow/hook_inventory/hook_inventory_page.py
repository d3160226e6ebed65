"""Serves the inventory: ``GET /hook_inventory/v1/hooks``, for signed-in users with the permission. Reads only.

    {"version": "2.0", "loaded_at", "earlier_workflows": [], "note": "", "left_out": {"hooks": 0, "calls": 0},
     "hooks": [{"workflow", "event", "callback", "file", "line", "registered_at", "registrations"}],
     "calls": [{"workflow", "event", "callback", "source", "previous", "new", "started_at", "duration_ms",
                "so_far_ms", "outcome", "error", "beside"}]}

``calls`` has the newest last. ``outcome`` is ``returned``, ``raised`` or ``running``; ``duration_ms`` is null
while it runs, and ``so_far_ms`` is how long it has. ``beside`` counts the calls of the same hook that were under
way when this one began. Instants are this node's own, ISO 8601 with milliseconds; ``registered_at`` is the first
registration's.
"""

import json

import availability_group.api
from bluecat import route, util
from main_app import app

from .inventory import Inventory, install

# A workflow may be loaded again while Gateway runs. The inventory then goes on with what it has.
inventory = install(availability_group.api, Inventory())


@route(app, "/hook_inventory/v1/hooks")
@util.rest_workflow_permission_required("hook_inventory_page")
@util.rest_exception_catcher
def hook_inventory_hooks():
    # Not jsonify: what it adds for readability would go beyond the size the inventory keeps to.
    answer = app.response_class(json.dumps(inventory.document()), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
