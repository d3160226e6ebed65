"""Looks at groups as alerting sees them, without a state behind them."""

from __future__ import annotations

from collections.abc import Iterable

from agmonitor.alerts.deciding import Memory, decide
from agmonitor.alerts.model import Alert, Maintenance, Quiet, Silence
from agmonitor.alerts.seeing import UNJUDGED, Seen
from agmonitor.alerts.settings import AlertSettings, Flapping, Thresholds
from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding

C, W, U = Severity.CRITICAL, Severity.WARNING, Severity.UNKNOWN
ROUND_S = 2.0
TWO_PRIMARIES = Finding(1, "two_primaries", C, "Both nodes say that they are Primary.")
GROUP_DOWN = Finding(3, "group_down", C, "Neither node answers.")
NO_STANDBY = Finding(7, "no_standby", W, "gw-2 is not answering.")
SKEW, BAD_SKEW = (Finding(12, "clock_skew", s, "The clocks differ.") for s in (W, C))
ISOLATED = Finding(21, "observer_isolated", U, "Nothing came back from anybody.")
UNPROVEN = Finding(29, "not_enough_evidence", U, "Waiting for gw-2.")
CALM = Flapping(messages=10_000)
LIMITS = Thresholds(bad_rounds=2, good_rounds=3)


class Watch:
    """Feeds looks of one or more groups, a round apart, and keeps what came of them."""

    def __init__(self, settings: AlertSettings | None = None) -> None:
        self.memory = Memory()
        self.quiet = Quiet()
        self.settings = settings or AlertSettings(LIMITS, CALM)
        self.now = 1000.0
        self.alerts: list[Alert] = []
        self.ended: list[Silence] = []

    def look(
        self,
        *findings: Finding,
        group: str = "gw",
        rounds: int = 1,
        cut_off: bool = False,
        round_over: bool = True,
        pass_s: float = ROUND_S,
    ) -> list[Alert]:
        """So many looks alike; the alerts of all of them."""
        came: list[Alert] = []
        worst_first = tuple(sorted(findings, key=lambda one: (-one.severity, one.number)))
        judged = not any(one.number in UNJUDGED for one in worst_first[:1])
        for _ in range(rounds):
            self.now += pass_s
            seen = Seen(group, self.now, worst_first, round_over, judged, cut_off)
            decision = decide(self.memory, seen, self.quiet, self.settings)
            self.memory = decision.memory
            self.ended += decision.ended
            if decision.ended:
                left = tuple(one for one in self.quiet.silences if one not in decision.ended)
                self.quiet = Quiet(left, self.quiet.maintenance)
            came += decision.alerts
        self.alerts += came
        return came

    def silence(self, finding: str | None = None, for_s: float = 3600.0, group: str = "gw") -> Silence:
        one = Silence(f"s{self.now}", group, finding, "root", "being mended", self.now, self.now + for_s)
        self.quiet = Quiet((*self.quiet.silences, one), self.quiet.maintenance)
        return one

    def maintain(self, for_s: float, group: str = "gw") -> Maintenance:
        one = Maintenance("m", group, "root", "new disks", self.now, self.now, self.now + for_s)
        self.quiet = Quiet(self.quiet.silences, (one,))
        return one


def kinds(alerts: Iterable[Alert]) -> list[str]:
    return [alert.kind.value for alert in alerts]
