"""``GET /ag/api/v1/state``: the local node's state."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node import stamps
from agmonitor.lab.node.access import group_access
from agmonitor.lab.node.parts import Parts
from agmonitor.protocol.state import NodeState


def document(state: NodeState) -> dict[str, str | None]:
    """The five keys. Without a group, or before any heartbeat, what is not known is null (our choice)."""
    return {
        "heartbeat_method": state.method.value if state.method else None,
        "last_heartbeat_time": stamps.written(state.last_beat_at),
        "last_updated": stamps.written(state.last_check_at),
        "node_dns_connection_state": state.dns_link.value,
        "node_role": state.role.value,
    }


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("ag_state", __name__)

    @topic.get("/ag/api/v1/state")
    @group_access
    def get_state() -> ResponseReturnValue:
        return jsonify(document(parts.driver.state))

    return topic
