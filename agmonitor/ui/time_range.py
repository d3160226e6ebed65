"""Which stretch of time is on screen, and whether it follows the present. Pure: knows no Qt and no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agmonitor.domain.model import Instant
from agmonitor.texts import t

MINUTE_S = 60.0
HOUR_S = 3600.0
DAY_S = 86400.0
RANGES: tuple[tuple[str, float], ...] = (
    (t("5 m"), 5 * MINUTE_S),
    (t("1 h"), HOUR_S),
    (t("6 h"), 6 * HOUR_S),
    (t("24 h"), DAY_S),
    (t("7 d"), 7 * DAY_S),
    (t("30 d"), 30 * DAY_S),
    (t("1 y"), 365 * DAY_S),
)
SPAN_MIN_S = 10.0
SPAN_MAX_S = 366 * DAY_S
LEAD_SHARE_MAX = 0.35  # of the range, kept free for a takeover window that is still to come
LEAD_MARGIN = 1.15
FILLING_S = (
    MINUTE_S / 2,
    MINUTE_S,
    2 * MINUTE_S,
)  # what is shown of the first range while there is no more than that


@dataclass(frozen=True, slots=True)
class TimeRange:
    """``until_at`` None: live, the right edge is now plus the lead a due takeover asks for.

    ``filling``: nobody has chosen a length yet, so a group watched for a minute is shown that minute large.
    """

    span_s: float = RANGES[0][1]
    until_at: Instant | None = None
    now: Instant = 0.0
    lead_s: float = 0.0
    filling: bool = True

    @property
    def live(self) -> bool:
        return self.until_at is None

    @property
    def end_at(self) -> Instant:
        return self.now + self.lead_s if self.until_at is None else self.until_at

    @property
    def begin_at(self) -> Instant:
        return self.end_at - self.span_s

    @property
    def shortened(self) -> bool:
        """Less than the first range is on screen, because there is no more yet."""
        return self.filling and self.span_s < RANGES[0][1]

    def at_time(
        self, now: Instant, due_until: Instant | None = None, began_at: Instant | None = None
    ) -> TimeRange:
        """The present moved on.

        ``due_until``: the end of a takeover window that should be in sight; ``began_at``: the first input.
        """
        span_s = self.span_s
        if self.filling and self.live and began_at is not None:
            span_s = next((step_s for step_s in FILLING_S if now - began_at <= step_s), RANGES[0][1])
        lead_s = 0.0 if due_until is None else max(0.0, due_until - now) * LEAD_MARGIN
        return replace(self, now=now, span_s=span_s, lead_s=min(lead_s, LEAD_SHARE_MAX * span_s))

    def following(self) -> TimeRange:
        return replace(self, until_at=None)

    def stretched(self, span_s: float) -> TimeRange:
        """Another length with the same right edge."""
        return replace(self, span_s=min(max(span_s, SPAN_MIN_S), SPAN_MAX_S), filling=False)

    def ending(self, end_at: Instant) -> TimeRange:
        """Let go of the present; never beyond it."""
        return replace(self, until_at=min(end_at, self.now + self.lead_s), filling=False)

    def holding(self, at: Instant) -> TimeRange:
        """Let go of the present with an instant in sight: where it is, else in the middle."""
        if self.begin_at <= at <= self.end_at:
            return self.ending(self.end_at)
        return self.ending(at + self.span_s / 2)

    def panned(self, by_s: float) -> TimeRange:
        return self.ending(self.end_at + by_s)

    def zoomed(self, factor: float, around_at: Instant) -> TimeRange:
        """Longer (factor > 1) or shorter, with one instant kept where it is on screen."""
        wanted = self.stretched(self.span_s * factor)
        share = (self.end_at - around_at) / self.span_s
        return wanted.ending(around_at + share * wanted.span_s)

    def chosen(self) -> int | None:
        """Which of ``RANGES`` is shown, or will be once there is so much."""
        if self.filling:
            return 0
        return next((n for n, (_, span_s) in enumerate(RANGES) if abs(span_s - self.span_s) < 1e-6), None)
