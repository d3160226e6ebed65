"""``bluecat_portal.config``: this Gateway's settings, the same as ``config.default_config``."""

from __future__ import annotations

from agmonitor.lab.node.runtime.modules.config.default_config import (
    api_url,
    default_configuration,
    default_view,
    language,
    workflows,
)

__all__ = ["api_url", "default_configuration", "default_view", "language", "workflows"]
