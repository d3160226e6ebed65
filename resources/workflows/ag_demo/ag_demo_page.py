"""Shows how a workflow minds its node's role in an Availability group.

The platform does not stop a workflow on a Secondary: each must look at its role and hold still by its own
choice. This one subscribes to role changes when it is loaded, remembers the newest role, and refuses to do
its work (here: to count) anywhere but on the Primary.

    GET  /ag_demo/role   the role, and what has been done
    POST /ag_demo/work   does one piece of work, on the Primary only
"""

import threading

from availability_group.api import EventId, NodeRole, get_node_state, subscribe
from bluecat import route, util
from flask import jsonify
from main_app import app


class Work:
    """What this workflow does. Pages and hooks run in different threads, hence the lock."""

    def __init__(self):
        self._lock = threading.Lock()
        self._role = None
        self._done = 0

    def role_changed(self, event, **_):
        """Called once at the start, with nothing in ``previous``, and then at every change of role."""
        with self._lock:
            self._role = event.new
        app.logger.info("ag_demo: role %s -> %s", event.previous or "(start)", event.new)

    def role(self):
        with self._lock:
            # Before the first call there is still the node itself to ask.
            return self._role or get_node_state().node_role

    def do_one(self):
        """Whether it was done: a Secondary holds still."""
        if self.role() == NodeRole.SECONDARY:
            return False
        with self._lock:
            self._done += 1
        return True

    def done(self):
        with self._lock:
            return self._done


work = Work()
subscribe(EventId.NODE_ROLE_CHANGED, work.role_changed)


@route(app, "/ag_demo/role")
@util.rest_workflow_permission_required("ag_demo_page")
@util.rest_exception_catcher
def ag_demo_role():
    role = work.role()
    return jsonify({"role": role, "works_here": role != NodeRole.SECONDARY, "done": work.done()})


@route(app, "/ag_demo/work", methods=["POST"])
@util.rest_workflow_permission_required("ag_demo_page")
@util.rest_exception_catcher
def ag_demo_work():
    done = work.do_one()
    return jsonify({"role": work.role(), "ran": done}), 200 if done else 409
