"""``bluecat``: what workflows build their pages with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from flask import Flask

_View = TypeVar("_View", bound=Callable[..., object])
_one_at_a_time = threading.Lock()


def route(app: Flask, rule: str, **options: object) -> Callable[[_View], _View]:
    """Register a page; its endpoint is the rule's first path segment glued to the function's name.

    Fields of a form register theirs while a request is served, so this does not go through Flask's own
    ``add_url_rule``, which refuses from the first request on.

    Raises:
        ValueError: another function has that endpoint.
    """
    endpoint_prefix = rule.strip("/").split("/", 1)[0]

    def register(view: _View) -> _View:
        endpoint = endpoint_prefix + view.__name__
        methods = {str(method).upper() for method in options.get("methods") or ("GET",)}  # type: ignore[attr-defined]  # a list, as in Flask
        others = {name: value for name, value in options.items() if name != "methods"}
        with _one_at_a_time:
            if app.view_functions.get(endpoint, view) is not view:
                raise ValueError(f"there is another page with the endpoint {endpoint!r}")
            added = app.url_rule_class(rule, endpoint=endpoint, methods={*methods, "OPTIONS"}, **others)  # type: ignore[arg-type]  # passed on as in Flask
            added.provide_automatic_options = "OPTIONS" not in methods  # type: ignore[attr-defined]  # Flask's own mark
            app.view_functions[endpoint] = view  # type: ignore[assignment]  # Flask takes any function
            app.url_map.add(added)
        return view

    return register
