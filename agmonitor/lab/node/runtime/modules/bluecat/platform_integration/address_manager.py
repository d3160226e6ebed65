"""``bluecat.platform_integration.address_manager``: both clients of one Address Manager."""

from __future__ import annotations

from agmonitor.lab.node.runtime.user import BAMAPI

__all__ = ["BAMAPI"]
