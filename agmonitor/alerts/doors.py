"""What a door is: one way to tell somebody outside. It may fail, with a sentence, and never waits long.

``command`` and ``webhook`` are doors; the desktop is the window's own.
"""

from __future__ import annotations

import hashlib
import json
from typing import Protocol

from agmonitor.alerts.model import Alert
from agmonitor.alerts.wording import alert_json

FINDINGS_MOST = 20
TEXT_MOST = 1000


class DoorError(Exception):
    """It did not get out; the sentence says why, and holds no secret."""


class Door(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """``command`` or ``webhook``."""
        ...

    @property
    def place(self) -> str:
        """Where it leads, without what might be a secret in it."""
        ...

    async def send(self, alert: Alert) -> None:
        """Tell it, within the door's deadline.

        Raises:
            DoorError: it was not told, as far as we know.
        """
        ...


def payload(alert: Alert) -> bytes:
    """The alert as bounded JSON. ``id`` is the same however often it is sent."""
    told = alert_json(alert)
    told["findings"] = told["findings"][:FINDINGS_MOST]
    for one in (told, *told["findings"]):
        one["sentence"] = one["sentence"][:TEXT_MOST]
    text = json.dumps(told)
    number = hashlib.sha256(text.encode()).hexdigest()[:16]
    return json.dumps({"id": number, **told}).encode()
