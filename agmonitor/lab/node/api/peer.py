"""What the peer may ask of this node: ``POST /ag/heartbeat`` and ``/ag/peer/…``, each signed. Our choice.

Never reached by a person: there is no session here, and no permission.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from agmonitor.domain.model import Role
from agmonitor.lab.node import problems
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.peer_client import HEARTBEAT_PATH, PEER_PATH, SENT_AT, SIGNATURE, is_signed
from agmonitor.protocol.effects import Refusal
from agmonitor.protocol.inputs import HeartbeatReceived, PeerClaims, PeerJoined, PeerLeft, TakeOverAsked

TAKEN_OVER_WITHIN_S = 4.0

Document = dict[str, object]
Handler = Callable[[Document], ResponseReturnValue]


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("ag_peer", __name__)
    handlers: dict[str, Handler] = {
        HEARTBEAT_PATH: functools.partial(_heartbeat, parts),
        PEER_PATH + "join": functools.partial(_join, parts),
        PEER_PATH + "settings": functools.partial(_settings, parts),
        PEER_PATH + "take_over": functools.partial(_take_over, parts),
        PEER_PATH + "i_am_primary": functools.partial(_i_am_primary, parts),
        PEER_PATH + "left": functools.partial(_left, parts),
    }
    for path, handler in handlers.items():
        view = functools.partial(_signed, parts, path, handler)
        topic.add_url_rule(path, endpoint=path.rsplit("/", 1)[1], view_func=view, methods=["POST"])
    return topic


def _signed(parts: Parts, path: str, handler: Handler) -> ResponseReturnValue:
    body = request.get_data()
    sent_at, signature = request.headers.get(SENT_AT, ""), request.headers.get(SIGNATURE, "")
    if not is_signed(parts.settings.link_secret, path, sent_at, signature, body, parts.now()):
        return problems.unauthorized()
    document = json.loads(body)
    assert isinstance(document, dict), "the peer signs objects only"
    return handler(document)


def _heartbeat(parts: Parts, report: Document) -> ResponseReturnValue:
    state = parts.driver.state
    if state.role is Role.NOT_IN_GROUP:
        return problems.refused(Refusal.NOT_IN_GROUP)
    stamp = float(str(report["stamp"]))
    parts.driver.post(HeartbeatReceived(parts.now(), stamp, str(report["sender"])))
    return jsonify(
        role=state.role.value, checked_at=state.last_check_at, revision=parts.membership.now.revision
    )


def _join(parts: Parts, application: Document) -> ResponseReturnValue:
    state, own = parts.driver.state, parts.membership.now.configuration
    if state.role is not Role.PRIMARY:
        return problems.problem(HTTPStatus.CONFLICT, "This node is not the group's primary node.")
    address = str(application["external_ipv4_address"])
    if state.peer not in {None, address}:
        return problems.problem(HTTPStatus.CONFLICT, "The group already has two members.")
    if application["external_scheme"] != own["external_scheme"]:
        return problems.problem(HTTPStatus.CONFLICT, "Both nodes must use the same scheme.")
    parts.driver.post(PeerJoined(parts.now(), address))
    revision, settings = parts.membership.shared()
    return jsonify(revision=revision, settings=settings)


def _settings(parts: Parts, theirs: Document) -> ResponseReturnValue:
    revision, settings = theirs.get("revision"), theirs.get("settings")
    assert isinstance(revision, int), "the peer is this very program"
    assert isinstance(settings, dict), "the peer is this very program"
    if parts.in_group and parts.membership.adopt(revision, settings):
        parts.timers_changed()
    newest, shared = parts.membership.shared()
    return jsonify(revision=newest, settings=shared)


def _take_over(parts: Parts, _: Document) -> ResponseReturnValue:
    refusal = parts.driver.order(TakeOverAsked(parts.now()), TAKEN_OVER_WITHIN_S)
    return jsonify({}) if refusal is None else problems.refused(refusal)


def _i_am_primary(parts: Parts, claim: Document) -> ResponseReturnValue:
    parts.driver.post(PeerClaims(parts.now(), float(str(claim["since"]))))
    return jsonify({})


def _left(parts: Parts, _: Document) -> ResponseReturnValue:
    parts.driver.post(PeerLeft(parts.now()))
    return jsonify({})
