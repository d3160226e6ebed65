"""Serves the inventory: ``GET /hook_inventory/v1/hooks``, for signed-in users with the permission.

    {"hooks": [{"workflow", "callback", "source"}],
     "calls": [{"workflow", "callback", "previous", "new", "started_at", "duration_ms", "outcome", "error"}]}

``calls`` has the newest last. ``outcome`` is ``returned``, ``raised`` or ``running``; ``duration_ms`` is null
while it runs. Instants are this node's own, ISO 8601 with milliseconds.
"""

import availability_group.api
from bluecat import route, util
from flask import jsonify
from main_app import app

from .inventory import Inventory, install

# A workflow may be loaded again while Gateway runs. The inventory then goes on with what it has.
inventory = install(availability_group.api, Inventory())


@route(app, "/hook_inventory/v1/hooks")
@util.rest_workflow_permission_required("hook_inventory_page")
@util.rest_exception_catcher
def hook_inventory_hooks():
    return jsonify(inventory.document())
