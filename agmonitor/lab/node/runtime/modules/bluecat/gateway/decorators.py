"""``bluecat.gateway.decorators``: the newer style of guarding and catching, without call brackets."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import g
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, HTTPException, Unauthorized

from agmonitor.lab.node import problems
from agmonitor.lab.node.runtime.gateway import current
from agmonitor.lab.node.runtime.modules.bluecat.util import exception_catcher, rest_exception_catcher
from agmonitor.lab.node.runtime.notices import page, to_sign_in

_P = ParamSpec("_P")
_View = Callable[_P, ResponseReturnValue]


def require_user(view: _View[_P]) -> _View[_P]:
    """Raise ``Unauthorized`` for whoever is not signed in."""

    @functools.wraps(view)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        if g.user is None:
            raise Unauthorized
        return view(*args, **kwargs)

    return guarded


def require_permission(name: str) -> Callable[[_View[_P]], _View[_P]]:
    """Raise ``Unauthorized``, or ``Forbidden`` for whoever lacks the permission."""

    def guard(view: _View[_P]) -> _View[_P]:
        @functools.wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
            if g.user is None:
                raise Unauthorized
            if not current().may(g.user.get_username(), name):
                raise Forbidden
            return view(*args, **kwargs)

        return guarded

    return guard


def api_exc_handler(view: _View[_P]) -> _View[_P]:
    """An exception becomes the standard error body."""
    inner = rest_exception_catcher(view)

    @functools.wraps(view)
    def caught(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        try:
            return inner(*args, **kwargs)
        except Unauthorized:
            return problems.unauthorized()
        except Forbidden:
            return problems.forbidden(g.user.logger_context)
        except HTTPException as error:
            return problems.problem(error.code or 500, str(error.description))

    return caught


def page_exc_handler(view: _View[_P]) -> _View[_P]:
    """An exception becomes a page; whoever is not signed in is led to where one signs in."""
    inner = exception_catcher(view)

    @functools.wraps(view)
    def caught(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        try:
            return inner(*args, **kwargs)
        except Unauthorized:
            return to_sign_in()
        except HTTPException as error:
            return page(error.code or 500, error.name, str(error.description))

    return caught
