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
    """Of one audit file. Tells each order once."""

    def __init__(self, file: Path, folder: Path) -> None:
        """``folder``: where the locks of running orders lie."""
        self._file, self._folder = AuditTrail(file), folder
        self._seen: object = None
        self._told: set[str] = set()

    async def found(
        self, groups: Sequence[GroupSettings], now: Instant
    ) -> list[tuple[GroupSettings, OpenOrder]]:
        """What is newly found to be open of these groups. An audit that cannot be read tells nothing."""
        stamp = await asyncio.to_thread(self._file.stamp)
        seen = (stamp, tuple(groups))
        if stamp is None or seen == self._seen:
            return []
        self._seen = seen
        try:
            entries = [line.entry for line in (await asyncio.to_thread(self._file.read)).lines]
        except OSError:
            return []
        opened = [(group, open_order(entries, group, now)) for group in groups]
        return [
            (group, order)
            for group, order in opened
            if order is not None and self._is_news(group, order, stamp)
        ]

    def _is_news(self, group: GroupSettings, order: OpenOrder, read: object) -> bool:
        if order.operation in self._told:
            return False
        if not order.ended:
            with only_order(group, self._folder) as only:
                # Its program or another order is at it, or its end was written since: looked at again.
                if not only or self._file.stamp() != read:
                    self._seen = None
                    return False
        self._told.add(order.operation)
        return True
