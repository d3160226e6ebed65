"""``main_app``: the one Flask application of this Gateway."""

from __future__ import annotations

from agmonitor.lab.node.runtime.gateway import current

app = current().app
