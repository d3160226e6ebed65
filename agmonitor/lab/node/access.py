"""Who asks: finds the signed-in user of a request, and guards what needs a permission."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from agmonitor.lab.node import problems
from agmonitor.lab.node.runtime.user import Identity, User
from agmonitor.lab.node.sessions import AVAILABILITY_GROUP, TOKEN_PREFIX, Sessions, may

COOKIE = "gateway_session"  # the contract names none
SCHEME = "Basic "

_P = ParamSpec("_P")


def user_of_request(sessions: Sessions) -> User | None:
    """By the ``auth`` header (not ``Authorization``), else by the cookie."""
    header = request.headers.get("auth", "")
    token = header.removeprefix(SCHEME).removeprefix(TOKEN_PREFIX) if header.startswith(SCHEME) else ""
    session = sessions.find(token or request.cookies.get(COOKIE, ""))
    return None if session is None else User(Identity(session.user, session.id_hash))


def group_access(view: Callable[_P, ResponseReturnValue]) -> Callable[_P, ResponseReturnValue]:
    """Standard authentication plus the workflow permission ``availability_group``."""

    @functools.wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        user: User | None = g.user
        if user is None:
            return problems.unauthorized()
        if not may(user.get_username(), AVAILABILITY_GROUP):
            return problems.forbidden(user.logger_context)
        return view(*args, **kwargs)

    return guarded


def log_context() -> str:
    """Of whoever asks; empty for nobody."""
    user: User | None = g.user
    return "" if user is None else user.logger_context


def body_of_request() -> dict[str, object]:
    """The JSON body; nothing at all unless the type is exactly ``application/json`` (documented).

    Raises:
        BadRequest: it claims to be JSON and is no object, or none that can be read.
    """
    if request.headers.get("Content-Type") != "application/json" or not request.get_data():
        return {}
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body
