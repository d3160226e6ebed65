"""``/ag/api/v1/configuration``: the saved settings, to be changed only while in no group."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node import configuration as settings
from agmonitor.lab.node import problems
from agmonitor.lab.node.access import body_of_request, group_access, log_context
from agmonitor.lab.node.parts import Parts
from agmonitor.protocol.effects import Refusal


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("ag_configuration", __name__)

    @topic.get("/ag/api/v1/configuration")
    @group_access
    def get_configuration() -> ResponseReturnValue:
        return jsonify(settings.shown(parts.membership.now.configuration))

    @topic.put("/ag/api/v1/configuration")
    @group_access
    def save_configuration() -> ResponseReturnValue:
        if parts.in_group:
            return problems.refused(Refusal.ALREADY_IN_GROUP, log_context())
        parts.membership.save(settings.checked(body_of_request(), settings.ALL))
        parts.timers_changed()
        return jsonify(message="Availability group configuration saved.")

    return topic
