"""``bluecat.user_group``: groups of users as Address Manager keeps them."""

from __future__ import annotations

from typing import NoReturn

from agmonitor.lab.node.runtime.modules.bluecat.api_exception import PortalException
from agmonitor.lab.node.runtime.user import NO_ADDRESS_MANAGER


class UserGroup:
    """A group object; there are none without an Address Manager."""

    def __init__(self, *_: object, **__: object) -> None:
        raise PortalException(NO_ADDRESS_MANAGER)

    @staticmethod
    def get_users(*_: object, **__: object) -> NoReturn:
        raise PortalException(NO_ADDRESS_MANAGER)
