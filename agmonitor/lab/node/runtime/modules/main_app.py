"""``main_app``: the one Flask application of this Gateway.

``api`` (a flask-restplus object) is not here: that package no longer works with any Flask of today, so a
workflow that asks for it could not be served anyway.
"""

from __future__ import annotations

from agmonitor.lab.node.runtime.gateway import current

app = current().app
