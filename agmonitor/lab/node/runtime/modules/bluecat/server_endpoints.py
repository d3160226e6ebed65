"""``bluecat.server_endpoints``: what the fields of a page ask their Gateway for while the user types.

There is no Address Manager behind the lab, so the ready-made endpoints answer ``FAIL`` and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node.runtime.gateway import current
from agmonitor.lab.node.runtime.modules import bluecat
from agmonitor.lab.node.runtime.modules.bluecat.util import (
    rest_exception_catcher,
    rest_workflow_permission_required,
)
from agmonitor.lab.node.runtime.user import NO_ADDRESS_MANAGER

Result = dict[str, Any]
Decorator = Callable[[Result], Result]
_Answer = Callable[[], ResponseReturnValue]


def get_result_template() -> Result:
    """An answer to be filled in."""
    return {"status": "", "message": "", "data": {}}


def empty_decorator(result: Result) -> Result:
    """Leave an answer as it is."""
    return result


def _ready_made(name: str) -> Callable[..., str]:
    def endpoint(
        workflow_name: str,
        element_id: str = "",
        permissions: str = "",
        result_decorator: Decorator | None = None,
    ) -> str:
        """Register the endpoint for a workflow, once; its name is what the page asks for."""
        del element_id
        decorate = result_decorator or empty_decorator

        def answer() -> ResponseReturnValue:
            result = {**get_result_template(), "status": "FAIL", "message": NO_ADDRESS_MANAGER}
            return jsonify(decorate(result))

        answer.__name__ = name
        guard: Callable[[_Answer], _Answer] = rest_workflow_permission_required(permissions)
        guarded = guard(rest_exception_catcher(answer))
        if workflow_name + name not in current().app.view_functions:
            bluecat.route(current().app, f"/{workflow_name}/{name}", methods=["POST"])(guarded)
        return name

    return endpoint


get_ip4_address_endpoint = _ready_made("get_ip4_address")
get_host_records_endpoint = _ready_made("get_host_records")
get_alias_records_endpoint = _ready_made("get_alias_records")
get_text_records_endpoint = _ready_made("get_text_records")
