"""``bluecat.api``: the client for Address Manager that ``g.user.get_api()`` would give."""

from __future__ import annotations

from agmonitor.lab.node.runtime.modules.bluecat.api_exception import PortalException
from agmonitor.lab.node.runtime.user import NO_ADDRESS_MANAGER


class API:
    """The client; there is none without an Address Manager."""

    def __init__(self, *_: object, **__: object) -> None:
        raise PortalException(NO_ADDRESS_MANAGER)
