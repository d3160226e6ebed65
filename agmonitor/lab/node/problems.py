"""Error answers: the two documented bodies, and the same four keys for everything else (our choice)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, jsonify

from agmonitor.protocol.effects import Refusal

REFUSED: dict[Refusal, tuple[HTTPStatus, str]] = {
    Refusal.NOT_IN_GROUP: (HTTPStatus.CONFLICT, "This node is not in an availability group."),
    Refusal.ALREADY_IN_GROUP: (HTTPStatus.CONFLICT, "This node is already in an availability group."),
    Refusal.BUSY: (HTTPStatus.CONFLICT, "Another operation on this node is still under way."),
    Refusal.NO_SECONDARY: (HTTPStatus.CONFLICT, "The group has no secondary node."),
    Refusal.PEER_DID_NOT_TAKE_OVER: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The secondary node did not take over; nothing has changed.",
    ),
    Refusal.RECORD_NOT_UPDATED: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The host record could not be updated; nothing has changed.",
    ),
    Refusal.STILL_HAS_SECONDARY: (
        HTTPStatus.CONFLICT,
        "The group still has a secondary node; fail over first.",
    ),
}


def problem(status: int, message: str, *, log_context: str = "", code: str | None = None) -> Response:
    """The four keys. ``code`` defaults to the status' own words, run together."""
    body = {
        "code": code or "".join(word.title() for word in HTTPStatus(status).phrase.split()),
        "details": {"log_context": log_context},
        "message": message,
        "status": int(status),
    }
    response = jsonify(body)
    response.status_code = int(status)
    return response


def unauthorized(user: str = "") -> Response:
    return problem(HTTPStatus.UNAUTHORIZED, "Authentication is required.", log_context=user)


def forbidden(log_context: str) -> Response:
    return problem(HTTPStatus.FORBIDDEN, "Insufficient access rights.", log_context=log_context)


def refused(refusal: Refusal, log_context: str = "") -> Response:
    status, message = REFUSED[refusal]
    return problem(status, message, log_context=log_context)
