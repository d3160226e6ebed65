"""Looks into the audits, whenever they have changed, for orders that other programs left open.

Waits for nothing and judges nothing: ``open_orders`` says which are open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.history.audit import AuditTrail
from agmonitor.monitor.one_order import only_order
from agmonitor.monitor.open_orders import OpenOrder, open_order

LOOK_S = 5.0


class LeftOpen:
    """Of one audit file. Tells an order again whenever it has looked: who waits for it already knows."""

    def __init__(self, file: Path, folder: Path) -> None:
        """``folder``: where the locks of running orders lie."""
        self._file, self._folder = AuditTrail(file), folder
        self._seen: object = None

    def look_again(self) -> None:
        """Though nothing should change: what was told could not be waited for."""
        self._seen = None

    async def found(
        self, groups: Sequence[GroupSettings], now: Instant
    ) -> list[tuple[GroupSettings, OpenOrder]]:
        """What is open of these groups, where they or the audit have changed.

        An audit that cannot be read tells nothing, and is read again.
        """
        stamp = await asyncio.to_thread(self._file.stamp)
        seen = (stamp, tuple(groups))
        if stamp is None or seen == self._seen:
            return []
        try:
            entries = [line.entry for line in (await asyncio.to_thread(self._file.read)).lines]
        except OSError:
            return []
        self._seen = seen
        opened = [(group, open_order(entries, group, now)) for group in groups]
        return [
            (group, order)
            for group, order in opened
            if order is not None and self._is_left(group, order, stamp)
        ]

    def _is_left(self, group: GroupSettings, order: OpenOrder, read: object) -> bool:
        """Whether nobody is at it. Where somebody is, or its end was written since, it is looked at again."""
        if order.ended:
            return True
        with only_order(group, self._folder) as only:
            left = only and self._file.stamp() == read
        if not left:
            self.look_again()
        return left
