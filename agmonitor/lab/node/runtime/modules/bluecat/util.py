"""``bluecat.util``: decorators that guard a workflow's pages; the REST pair so far, more with need."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import g, make_response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from agmonitor.lab.node import problems
from agmonitor.lab.node.runtime.gateway import current

_P = ParamSpec("_P")
_View = Callable[_P, ResponseReturnValue]


def rest_workflow_permission_required(*permissions: str) -> Callable[[_View[_P]], _View[_P]]:
    """Only for a signed-in user with one of the permissions; others get the JSON error body."""

    def guard(view: _View[_P]) -> _View[_P]:
        @functools.wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
            if g.user is None:
                return problems.unauthorized()
            user = g.user.get_username()
            if not any(current().may(user, permission) for permission in permissions):
                return problems.forbidden(g.user.logger_context)
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


def no_cache(view: _View[_P]) -> _View[_P]:
    """The answer must not be kept by anybody."""

    @functools.wraps(view)
    def uncached(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return uncached
