"""``/ag/api/v1/group/members``: join as Secondary, or leave."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node import configuration as settings
from agmonitor.lab.node import problems
from agmonitor.lab.node.access import body_of_request, group_access, log_context
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.peer_client import PEER_PATH
from agmonitor.protocol.effects import Refusal
from agmonitor.protocol.inputs import JoinOrdered, LeaveOrdered

DONE_WITHIN_S = 10.0
PEER_WITHIN_S = 3.0


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("ag_members", __name__)

    @topic.put("/ag/api/v1/group/members")
    @group_access
    def join() -> ResponseReturnValue:
        if parts.in_group:
            return problems.refused(Refusal.ALREADY_IN_GROUP, log_context())
        sent = settings.checked(body_of_request(), settings.OWN, at_least_one=False)
        lacking = settings.missing(settings.merged(parts.membership.now.configuration, sent), settings.OWN)
        if lacking:
            message = f"These settings are missing: {', '.join(lacking)}."
            return problems.problem(HTTPStatus.BAD_REQUEST, message, log_context=log_context())
        parts.membership.save(sent)
        return _join(parts)

    @topic.delete("/ag/api/v1/group/members")
    @group_access
    def leave() -> ResponseReturnValue:
        refusal = parts.driver.order(LeaveOrdered(parts.now()), DONE_WITHIN_S)
        if refusal is not None:
            return problems.refused(refusal, log_context())
        return jsonify(message="Member removed from availability group.")

    return topic


def _join(parts: Parts) -> Response:
    """Find the Primary through the group's name, ask it for the seat, inherit its settings, enter."""
    configuration = parts.membership.now.configuration
    found = parts.dns.read_record(configuration)
    if not found.ok or found.address is None:
        message = "The group's name names no primary node."
        return problems.problem(HTTPStatus.SERVICE_UNAVAILABLE, message, log_context=log_context())
    if found.address != parts.settings.peer_address:
        message = f"The group's name names {found.address}, which is not this node's peer."
        return problems.problem(HTTPStatus.CONFLICT, message, log_context=log_context())
    application = {name: configuration[name] for name in settings.OWN}
    reply = parts.peer.post(PEER_PATH + "join", application, PEER_WITHIN_S)
    revision, inherited = reply.document.get("revision"), reply.document.get("settings")
    if not reply.ok or not isinstance(revision, int) or not isinstance(inherited, dict):
        message = str(reply.document.get("message") or "The primary node could not be reached.")
        status = reply.status if reply.status == HTTPStatus.CONFLICT else HTTPStatus.SERVICE_UNAVAILABLE
        return problems.problem(status or HTTPStatus.SERVICE_UNAVAILABLE, message, log_context=log_context())
    parts.membership.adopt(revision, inherited, joining=True)
    timers = settings.timers_of(parts.membership.now.configuration)
    refusal = parts.driver.order(JoinOrdered(parts.now(), found.address, timers), DONE_WITHIN_S)
    if refusal is not None:
        return problems.refused(refusal, log_context())
    # The vendor's own sample shows this text for the join; nobody may rely on texts anyway.
    return jsonify(message="Member removed from availability group.")
