"""The sentences of alerts, and an alert as JSON for programs. Findings keep their own sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agmonitor.alerts.model import OBSERVER_ISOLATED, Alert, AlertKind
from agmonitor.alerts.seeing import Seen
from agmonitor.alerts.settings import Flapping
from agmonitor.domain.model import Instant, Severity
from agmonitor.domain.state import Finding
from agmonitor.domain.titles import title_of
from agmonitor.domain.words import duration
from agmonitor.texts import listed, t


def trouble(seen: Seen, kind: AlertKind, told: tuple[Finding, ...], due: set[str]) -> Alert:
    """``told`` is all that is wrong, worst first; ``due`` what of it is new."""
    new = next(finding for finding in told if finding.name in due)
    others = [title_of(finding.name) for finding in told if finding is not new]
    severity = max(finding.severity for finding in told)
    sentence = new.sentence
    if kind is AlertKind.WORSE:
        sentence = t("is worse: {sentence}", sentence=sentence)
    if others:
        sentence = t("{sentence} Beside it: {findings}.", sentence=sentence, findings=listed(others))
    return Alert(seen.at, kind, seen.group, severity, sentence, told)


def recovery(seen: Seen) -> Alert:
    return Alert(seen.at, AlertKind.RECOVERED, seen.group, Severity.OK, t("Nothing is wrong any more."))


def easing(seen: Seen, left: tuple[Finding, ...]) -> Alert:
    names = listed([title_of(finding.name) for finding in left])
    sentence = t("Nothing critical is left, but: {findings}.", findings=names)
    return Alert(seen.at, AlertKind.EASED, seen.group, left[0].severity, sentence, left)


def flapping(seen: Seen, alert: Alert, limits: Flapping, standing: tuple[Finding, ...]) -> Alert:
    now = t(
        "More than {count} alerts came and went within {time}. Quiet from now on, until nothing has "
        "changed for {steady}. Now: {sentence}",
        count=limits.messages,
        time=duration(limits.within_s),
        steady=duration(limits.steady_s),
        sentence=alert.sentence,
    )
    return Alert(
        seen.at, AlertKind.FLAPPING, seen.group, max(alert.severity, Severity.WARNING), now, standing
    )


def steady(seen: Seen, standing: tuple[Finding, ...]) -> Alert:
    if not standing:
        return Alert(
            seen.at,
            AlertKind.RECOVERED,
            seen.group,
            Severity.OK,
            t("Steady again; nothing is wrong any more."),
        )
    worst = max(standing, key=lambda finding: finding.severity)
    sentence = t("Steady now: {sentence}", sentence=worst.sentence)
    return Alert(seen.at, AlertKind.STEADY, seen.group, worst.severity, sentence, standing)


def isolation(seen: Seen, *, isolated: bool) -> Alert:
    """One notice for all groups: no node is blamed."""
    if not isolated:
        return Alert(
            seen.at, AlertKind.BACK, "", Severity.OK, t("We are no longer cut off from the network.")
        )
    told = tuple(finding for finding in seen.findings if finding.number == OBSERVER_ISOLATED)
    sentence = t("We are cut off from the network; nothing is known of any node, and no node is blamed.")
    return Alert(seen.at, AlertKind.ISOLATED, "", Severity.UNKNOWN, sentence, told)


def heading(alert: Alert) -> str:
    """``gw-prod: Group down``: what a notification has as its title."""
    what = {
        AlertKind.RECOVERED: t("recovered"),
        AlertKind.FLAPPING: t("is flapping"),
        AlertKind.ISOLATED: t("This machine is cut off"),
        AlertKind.BACK: t("This machine is back"),
        AlertKind.TEST: t("A test alert"),
    }.get(alert.kind)
    if what is None:
        what = title_of(alert.findings[0].name) if alert.findings else alert.kind.value
    return f"{alert.group}: {what}" if alert.group else what


def alert_json(alert: Alert) -> dict[str, Any]:
    """All keys always there; instants as RFC 3339 in UTC."""
    return {
        "schema": 1,
        "at": instant(alert.at),
        "alert": alert.kind.value,
        "group": alert.group or None,
        "severity": alert.severity.word,
        "title": heading(alert),
        "sentence": alert.sentence,
        "findings": [
            {"number": f.number, "name": f.name, "severity": f.severity.word, "sentence": f.sentence}
            for f in alert.findings
        ],
    }


def instant(at: Instant) -> str:
    moment = dt.datetime.fromtimestamp(round(at, 3), dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
