"""What the supervisor makes of the client's lines: counters and outages since the last reset."""

from __future__ import annotations

from dataclasses import replace

from agmonitor.lab.lines import Line
from agmonitor.lab.status import ClientCounters, Outage

OUTAGES_KEPT = 200


class ClientWord:
    """The newest counters, as the client told them."""

    def __init__(self) -> None:
        self._counters = ClientCounters()
        self._ended: list[Outage] = []

    @property
    def counters(self) -> ClientCounters:
        going_on = self._counters.outages
        return replace(self._counters, outages=(*self._ended, *going_on))

    def reset(self) -> None:
        self._ended.clear()
        self._counters = ClientCounters(address=self._counters.address)

    def hear(self, event: Line) -> bool:
        """Take in one of the client's events; ``False`` for anybody else's."""
        match event:
            case {"event": "client", "asked": int(asked), "lost": int(lost)}:
                self._counters = ClientCounters(
                    asked=asked,
                    lost=lost,
                    clients_without_service_s=_number(event["without_service_s"]) or 0.0,
                    address=_text(event["address"]),
                    outages=_going_on(event),
                )
            case {"event": "outage"}:
                self._ended.append(
                    Outage(
                        began_at=_number(event["began_at"]) or 0.0,
                        ended_at=_number(event["ended_at"]),
                        without_service_s=_number(event["without_service_s"]) or 0.0,
                        cause=str(event["cause"]),
                        address_before=_text(event["address_before"]),
                        address_after=_text(event["address_after"]),
                    )
                )
                del self._ended[:-OUTAGES_KEPT]
            case _:
                return False
        return True


def _going_on(event: Line) -> tuple[Outage, ...]:
    began_at, at = _number(event["outage_began_at"]), _number(event["at"])
    if began_at is None or at is None:
        return ()
    so_far_s = round(max(0.0, at - began_at), 3)
    return (Outage(began_at, None, so_far_s, str(event["cause"]), _text(event["address"])),)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
