"""``g.user``: as much of Gateway's user object as a lab without an Address Manager has.

A name that is not here is told as such, with the file to add it to.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any, NoReturn

from agmonitor.lab.node.runtime.exceptions import PortalException

NO_ADDRESS_MANAGER = "There is no Address Manager or Micetro behind the lab, so nothing can be asked of it."
FILE = "agmonitor/lab/node/runtime/user.py"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is; ``id_hash`` stands for the session, and is empty where there is none."""

    name: str
    id_hash: str = ""


class UserLogger(logging.LoggerAdapter[logging.Logger]):
    """Takes ``msg_type=`` as Gateway's does; ``EXCEPTION`` asks for the traceback."""

    EXCEPTION = "EXCEPTION"

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Turn ``msg_type`` into what Python's loggers know."""
        if kwargs.pop("msg_type", None) == self.EXCEPTION:
            kwargs["exc_info"] = True
        return msg, kwargs


class BAMAPI:
    """Both clients of an Address Manager that is not there: asking for either says so."""

    @property
    def v1(self) -> NoReturn:
        _nothing_behind_us()

    @property
    def v2(self) -> NoReturn:
        _nothing_behind_us()


class User:
    """Somebody signed in."""

    is_replication_user = False
    authentication_url = ""
    authentication_host = ""

    def __init__(self, identity: Identity) -> None:
        self._username = identity.name
        self._id_hash = identity.id_hash
        self.logger = UserLogger(logging.getLogger(f"gateway.user.{identity.name}"), {})
        self.bam_api = BAMAPI()

    def get_username(self) -> str:
        return self._username

    def get_unique_name(self) -> str:
        return self._username

    @property
    def logger_context(self) -> str:
        return f"{self._username}:{self._id_hash}"

    def get_options(self) -> list[object]:
        """What the menu of a page offers; the lab's pages have none."""
        return []

    def get_api(self) -> NoReturn:
        _nothing_behind_us()

    @property
    def micetro_api(self) -> NoReturn:
        _nothing_behind_us()

    def get_api_netloc(self) -> str:
        return ""

    def logout(self) -> None:
        """There is no Address Manager to sign off from; the node's own session ends by its own rule."""

    def __getattr__(self, name: str) -> object:
        raise AttributeError(f"the lab's g.user has no {name!r}; it would be added in {FILE}", name=name)


def _nothing_behind_us() -> NoReturn:
    raise PortalException(NO_ADDRESS_MANAGER)
