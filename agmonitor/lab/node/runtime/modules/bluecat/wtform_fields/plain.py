"""What every field of ``bluecat.wtform_fields`` shares: Gateway's own keywords beside those of WTForms.

A page's JavaScript acts on those keywords in a Gateway. The lab has no such script, so it keeps them
(``gateway``) and does on the server what can be done there: it registers the endpoints that a field names.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from flask import has_request_context
from wtforms import Field
from wtforms.validators import DataRequired

KEYWORDS_OF_WTFORMS = frozenset(
    {"filters", "description", "id", "default", "widget", "render_kw", "name"}
    | {"_form", "_prefix", "_translations", "_meta"}
)
SERVER_SIDE = ("server_side_method", "server_side_output_method")


class GatewayField(Field):  # type: ignore[misc]  # WTForms has no types
    """Mixed into a WTForms field; ``own`` names the keywords which that field takes besides."""

    own: frozenset[str] = frozenset()

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Callable[..., object]] | None = None,
        **keywords: Any,
    ) -> None:
        known = KEYWORDS_OF_WTFORMS | self.own
        self.gateway = {key: value for key, value in keywords.items() if key not in known}
        passed = {key: value for key, value in keywords.items() if key in known}
        checks = list(validators or ())
        if self.gateway.get("required"):
            checks.append(DataRequired())
        if self.gateway.get("readonly"):
            passed["render_kw"] = {"readonly": True, **(passed.get("render_kw") or {})}
        super().__init__(label, checks, **passed)
        self.endpoints = self._register_endpoints() if has_request_context() else {}

    def _register_endpoints(self) -> dict[str, str]:
        """Have each method that a field names register its endpoint; it does so once by itself."""
        registered = {}
        for keyword in SERVER_SIDE:
            method = self.gateway.get(keyword)
            if callable(method):
                decorator = self.gateway.get("result_decorator")
                extra = {"result_decorator": decorator} if decorator and _takes_decorator(method) else {}
                workflow, permissions = self.gateway.get("workflow_name"), self.gateway.get("permissions")
                registered[keyword] = str(method(workflow, self.id, permissions, **extra))
        return registered


def _takes_decorator(method: Callable[..., object]) -> bool:
    parameters = inspect.signature(method).parameters.values()
    return any(p.name == "result_decorator" or p.kind is p.VAR_KEYWORD for p in parameters)
