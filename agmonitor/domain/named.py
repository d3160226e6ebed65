"""The members of our enumerations that every step asks for, each by a name of its own.

Python 3.11 looks a member up on its class ten times as slowly as a name: in a step that was a sixth of the
cost. Only what is asked in every step stands here; elsewhere ``Role.PRIMARY`` is as good.
"""

from __future__ import annotations

from typing import Final

from agmonitor.domain.memory import SecondLook
from agmonitor.domain.model import Answer, DnsLink, HeartbeatMethod, Role
from agmonitor.domain.state import Condition, Mode

PRIMARY: Final = Role.PRIMARY
SECONDARY: Final = Role.SECONDARY
NOT_IN_GROUP: Final = Role.NOT_IN_GROUP
UNKNOWN: Final = Condition.UNKNOWN
HEARD: Final = Condition.HEARD
UNREADABLE: Final = Condition.UNREADABLE
SILENT: Final = Condition.SILENT
WATCHING: Final = Mode.WATCHING
SINGLE_LOOK: Final = Mode.SINGLE_LOOK
ANSWERED: Final = Answer.OK
DIRECT: Final = HeartbeatMethod.DIRECT
BY_DNS: Final = HeartbeatMethod.DNS
DISCONNECTED: Final = DnsLink.DISCONNECTED
WANTED: Final = SecondLook.WANTED
