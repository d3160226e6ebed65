"""``bluecat.api_exception``: what goes wrong with Address Manager or in the portal."""

from __future__ import annotations

from agmonitor.lab.node.runtime.exceptions import (
    APIException,
    AuthenticationError,
    BAMException,
    PortalException,
    RESTException,
)
from agmonitor.lab.node.runtime.values import safe_str

__all__ = [
    "APIException",
    "AuthenticationError",
    "BAMException",
    "PortalException",
    "RESTException",
    "safe_str",
]
