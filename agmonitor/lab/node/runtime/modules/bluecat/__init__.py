"""``bluecat``: what workflows build their pages with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

_View = TypeVar("_View", bound=Callable[..., object])


def route(app: Flask, rule: str, **options: object) -> Callable[[_View], _View]:
    """Register a page; its endpoint is the rule's first path segment glued to the function's name."""
    first_segment = rule.strip("/").split("/", 1)[0]

    def register(view: _View) -> _View:
        app.add_url_rule(rule, endpoint=first_segment + view.__name__, view_func=view, **options)  # type: ignore[arg-type]  # options pass through as in Flask
        return view

    return register
