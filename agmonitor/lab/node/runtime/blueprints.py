"""Workflows of the second layout, of about 24.3 on: ``spec.json`` and ``hooks.py`` in place of ``sub_pages``.

``hooks.initialize()`` imports the routes, ``hooks.attach(application)`` puts their blueprint into Gateway.
The form of ``spec.json`` is not published: our choice is to ask no more of it than that it is there.
"""

from __future__ import annotations

import importlib
import types

from werkzeug.routing import Rule

from agmonitor.lab.node.runtime.gateway import current

HOOKS = "hooks"
KIND = "blueprint"


class LayoutError(Exception):
    """Its ``hooks.py`` has not what it must."""


def attach(package: types.ModuleType) -> str:
    """Have it bring in its routes; the path of its first page, empty where none can be asked for as it is.

    Raises:
        LayoutError: ``attach`` is missing.
        BaseException: whatever its own code raises.
    """
    hooks = importlib.import_module(f"{package.__name__}.{HOOKS}")
    initialize, put = getattr(hooks, "initialize", None), getattr(hooks, "attach", None)
    if not callable(put):
        raise LayoutError(f"{HOOKS}.py must have attach(application)")
    app = current().app
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    if callable(initialize):
        initialize()
    put(app)
    new = (rule for rule in app.url_map.iter_rules() if rule.endpoint not in known)
    return next((rule.rule for rule in new if _is_page(rule)), "")


def _is_page(rule: Rule) -> bool:
    is_static = rule.endpoint.endswith(".static")
    return not is_static and not rule.arguments and "GET" in (rule.methods or ())
