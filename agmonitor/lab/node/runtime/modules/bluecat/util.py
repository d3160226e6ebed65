"""``bluecat.util``: what guards a workflow's pages and catches their exceptions, and its small functions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec

from flask import g, make_response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from agmonitor.lab.node import problems
from agmonitor.lab.node.runtime import notices
from agmonitor.lab.node.runtime.gateway import current
from agmonitor.lab.node.runtime.modules.bluecat.api_exception import APIException
from agmonitor.lab.node.runtime.user import Identity, User
from agmonitor.lab.node.runtime.values import (
    get_configurations,
    get_password_from_file,
    get_text,
    has_response,
    int2ip4,
    ip42int,
    is_valid_ipv4_address,
    is_valid_ipv6_address,
    map_to_properties,
    properties_to_map,
    safe_str,
)

__all__ = [
    "autologin",
    "exception_catcher",
    "get_configurations",
    "get_password_from_file",
    "get_text",
    "has_response",
    "int2ip4",
    "ip42int",
    "is_valid_ipv4_address",
    "is_valid_ipv6_address",
    "map_to_properties",
    "no_cache",
    "properties_to_map",
    "rest_exception_catcher",
    "rest_workflow_permission_required",
    "safe_str",
    "ui_secure_endpoint",
    "workflow_permission_required",
]

_P = ParamSpec("_P")
_View = Callable[_P, ResponseReturnValue]
_Decorator = Callable[[_View[_P]], _View[_P]]


def _may(permissions: tuple[str, ...]) -> bool:
    return any(current().may(g.user.get_username(), permission) for permission in permissions)


def rest_workflow_permission_required(*permissions: str) -> _Decorator[_P]:
    """Only for a signed-in user with one of the permissions; others get the JSON error body."""

    def guard(view: _View[_P]) -> _View[_P]:
        @functools.wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
            if g.user is None:
                return problems.unauthorized()
            if not _may(permissions):
                return problems.forbidden(g.user.logger_context)
            return view(*args, **kwargs)

        return guarded

    return guard


def workflow_permission_required(*permissions: str) -> _Decorator[_P]:
    """As its REST twin, for people: whoever is not signed in is led to where one signs in."""

    def guard(view: _View[_P]) -> _View[_P]:
        @functools.wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
            if g.user is None:
                return notices.to_sign_in()
            if not _may(permissions):
                named = " or ".join(permissions)
                text = f"{g.user.get_username()} lacks the permission {named}."
                return notices.page(HTTPStatus.FORBIDDEN, "Insufficient access rights", text)
            return view(*args, **kwargs)

        return guarded

    return guard


def rest_exception_catcher(view: _View[_P]) -> _View[_P]:
    """An exception becomes a JSON error, with the traceback in the log."""

    @functools.wraps(view)
    def caught(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - that is what this decorator is for; the caller is told
            current().app.logger.exception("%s failed", view.__name__)
            return problems.problem(500, f"{type(error).__name__}: {error}")

    return caught


def exception_catcher(view: _View[_P]) -> _View[_P]:
    """An exception becomes a page that says so, with the traceback in the log."""

    @functools.wraps(view)
    def caught(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except HTTPException:
            raise
        except APIException as error:  # foreseen, such as no Address Manager: the text says all
            current().app.logger.exception("%s failed", view.__name__)
            return notices.page(HTTPStatus.SERVICE_UNAVAILABLE, "This page cannot be had now", str(error))
        except Exception as error:  # noqa: BLE001 - that is what this decorator is for; the user is told
            current().app.logger.exception("%s failed", view.__name__)
            text = f"{type(error).__name__}: {error}"
            return notices.page(HTTPStatus.INTERNAL_SERVER_ERROR, "This page has failed", text)

    return caught


def no_cache(view: _View[_P]) -> _View[_P]:
    """The answer must not be kept by anybody."""

    @functools.wraps(view)
    def uncached(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return uncached


def ui_secure_endpoint(view: _View[_P]) -> _View[_P]:
    """The answer must not be framed, sniffed or kept."""

    @functools.wraps(view)
    def secured(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    return secured


def autologin(who: Callable[[], tuple[str, str]]) -> _Decorator[_P]:
    """Run as the user whose name and password ``who`` gives; the lab has nobody to ask, and believes it."""

    def sign_in(view: _View[_P]) -> _View[_P]:
        @functools.wraps(view)
        def signed_in(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
            name, _ = who()
            before, g.user = g.get("user"), User(Identity(name))
            try:
                return view(*args, **kwargs)
            finally:
                g.user = before

        return signed_in

    return sign_in
