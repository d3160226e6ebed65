"""``bluecat.bdds_server``: DNS/DHCP servers and how a deployment to one stands. The values are our choice."""

from __future__ import annotations

from agmonitor.lab.node.runtime.modules.bluecat.api_exception import PortalException
from agmonitor.lab.node.runtime.user import NO_ADDRESS_MANAGER


class Server:
    """A server object; there are none without an Address Manager."""

    EXECUTING: str = "EXECUTING"
    INITIALIZING: str = "INITIALIZING"
    QUEUED: str = "QUEUED"
    CANCELLED: str = "CANCELLED"
    FAILED: str = "FAILED"
    NOT_DEPLOYED: str = "NOT_DEPLOYED"
    WARNING: str = "WARNING"
    INVALID: str = "INVALID"
    DONE: str = "DONE"
    NO_RECENT_DEPLOYMENT: str = "NO_RECENT_DEPLOYMENT"
    CANCELLING: str = "CANCELLING"

    def __init__(self, *_: object, **__: object) -> None:
        raise PortalException(NO_ADDRESS_MANAGER)
