"""``bluecat.ip4_address``: IPv4 addresses as Address Manager keeps them."""

from __future__ import annotations

from agmonitor.lab.node.runtime.modules.bluecat.api_exception import PortalException
from agmonitor.lab.node.runtime.user import NO_ADDRESS_MANAGER


class IP4Address:
    """An address object; there is none without an Address Manager."""

    def __init__(self, *_: object, **__: object) -> None:
        raise PortalException(NO_ADDRESS_MANAGER)
