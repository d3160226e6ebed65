"""``/ag/api/v1/group``: look at the group, create it, change it while it runs."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.domain.model import Role
from agmonitor.lab.node import configuration as settings
from agmonitor.lab.node import problems
from agmonitor.lab.node.access import body_of_request, group_access, log_context
from agmonitor.lab.node.api import state as state_topic
from agmonitor.lab.node.parts import Parts
from agmonitor.protocol.effects import Refusal
from agmonitor.protocol.inputs import CreateOrdered

CREATED_WITHIN_S = 10.0


def members(parts: Parts) -> dict[str, str | None]:
    """By role; an empty seat is null (our choice)."""
    own = str(parts.membership.now.configuration["external_ipv4_address"])
    state = parts.driver.state
    if state.role is Role.PRIMARY:
        return {"primary": own, "secondary": state.peer}
    return {"primary": state.peer, "secondary": own}


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("ag_group", __name__)

    @topic.get("/ag/api/v1/group")
    @group_access
    def get_group() -> ResponseReturnValue:
        if not parts.in_group:
            return problems.refused(Refusal.NOT_IN_GROUP, log_context())
        return jsonify(
            configuration=settings.shown(parts.membership.now.configuration),
            members=members(parts),
            state=state_topic.document(parts.driver.state),
        )

    @topic.post("/ag/api/v1/group")
    @group_access
    def create_group() -> ResponseReturnValue:
        if parts.in_group:
            return problems.refused(Refusal.ALREADY_IN_GROUP, log_context())
        sent = settings.checked(body_of_request(), settings.ALL)
        lacking = settings.missing(settings.merged(parts.membership.now.configuration, sent))
        if lacking:
            message = f"These settings are missing: {', '.join(lacking)}."
            return problems.problem(HTTPStatus.BAD_REQUEST, message, log_context=log_context())
        parts.membership.save(sent)
        parts.timers_changed()
        refusal = parts.driver.order(CreateOrdered(parts.now()), CREATED_WITHIN_S)
        if refusal is not None:
            return problems.refused(refusal, log_context())
        return jsonify(message="Availability group created.")

    @topic.put("/ag/api/v1/group")
    @group_access
    def change_group() -> ResponseReturnValue:
        if not parts.in_group:
            return problems.refused(Refusal.NOT_IN_GROUP, log_context())
        parts.membership.change_shared(settings.checked(body_of_request(), settings.RUNNING))
        parts.timers_changed()
        if parts.driver.state.peer is not None:
            parts.actions.share_settings()
        return jsonify(message="Availability group configuration updated.")

    return topic
