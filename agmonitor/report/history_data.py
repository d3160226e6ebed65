"""The honest numbers of a range for a script: one JSON document, or rows for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from agmonitor.domain.kept import KeptEpisode, Mark
from agmonitor.domain.numbers import Coverage, EventRef, Figure, NodeNumbers, Numbers
from agmonitor.report.words import number, rfc3339

COLUMNS = (
    "group",
    "kind",
    "name",
    "from",
    "to",
    "value",
    "unit",
    "observed_s",
    "coverage",
    "episode",
    "text",
    "events",
)
"""``value`` is a share of 0 to 1, a duration or a count, by ``unit``; ``events``: ids, spaces between."""


def history_json(found: Numbers) -> dict[str, object]:
    """All keys always there; instants RFC 3339 in UTC, shares 0 to 1, null where nothing was seen."""
    beats = found.heartbeats
    return {
        "group": found.group,
        "from": rfc3339(found.from_at),
        "to": rfc3339(found.until_at),
        "watched": _coverage(found.watched),
        "gaps": [
            {
                "reason": gap.reason,
                "count": gap.count,
                "total_s": number(gap.total_s),
                "gaps": [{"from": rfc3339(start), "to": rfc3339(end)} for start, end in gap.gaps],
            }
            for gap in found.gaps
        ],
        "service": _figure(found.service),
        "outages": [
            {
                "from": rfc3339(each.from_at),
                "to": rfc3339(each.until_at),
                "length_s": number(each.length_s),
                "ending": each.ending.value,
                "cause": each.cause,
                "episode": each.episode,
            }
            for each in found.outages
        ],
        "primary": _figure(found.primary),
        "pair": _figure(found.pair),
        "nodes": [_node(node) for node in found.nodes],
        "episodes": [_episode(kept) for kept in found.episodes],
        "episode_events": _events(found.episode_events),
        "takeovers": [
            {"episode": each.episode, "at": rfc3339(each.at), "measured_s": number(each.measured_s)}
            for each in found.takeovers
        ],
        "median_takeover_s": number(found.median_takeover_s),
        "heartbeats": {
            "came": beats.came,
            "missed": beats.missed,
            "share": number(beats.share, 6),
            "coverage": _coverage(found.heartbeat_coverage),
            "runs": [
                {
                    "node": run.node,
                    "from": rfc3339(run.from_at),
                    "to": rfc3339(run.until_at),
                    "count": run.count,
                }
                for run in beats.runs
            ],
            "events": _events(found.heartbeat_events),
        },
        "notes": [_mark(mark) for mark in found.notes],
    }


def history_csv(numbers: Iterable[Numbers]) -> str:
    """A header, and one row a figure, gap, outage, episode, takeover, missing heartbeats or note."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for found in numbers:
        for row in _rows(found):
            writer.writerow([found.group, *(_cell(cell) for cell in row)])
    return text.getvalue().removesuffix("\n")


def _rows(found: Numbers) -> Iterator[Sequence[object]]:
    whole = rfc3339(found.from_at), rfc3339(found.until_at)
    for name, figure in (("service", found.service), ("primary", found.primary), ("pair", found.pair)):
        yield _figure_row(name, "", whole, figure)
    for node in found.nodes:
        yield _figure_row("node", node.name, whole, node.answered)
    for gap in found.gaps:
        for start, end in gap.gaps:
            yield "gap", gap.reason, rfc3339(start), rfc3339(end), end - start, "s", "", "", "", "", ""
    for out in found.outages:
        times = rfc3339(out.from_at), rfc3339(out.until_at)
        yield "outage", out.ending, *times, out.length_s, "s", "", "", out.episode, out.cause, ""
    for kept in found.episodes:
        each = kept.episode
        times = rfc3339(each.began_at), rfc3339(each.ended_at)
        took = each.measured_takeover_s
        yield "episode", each.trigger, *times, took, "s", "", "", each.number, each.cause, ""
    beats = found.heartbeats
    covered = found.heartbeat_coverage
    ids = _ids(found.heartbeat_events)
    yield "heartbeats", "came", *whole, beats.came, "", covered.observed_s, covered.share, "", "", ""
    yield "heartbeats", "missed", *whole, beats.missed, "", covered.observed_s, covered.share, "", "", ids
    for mark in found.notes:
        yield "note", mark.who, rfc3339(mark.at), "", "", "", "", "", "", mark.text, ""


def _figure_row(
    kind: str, name: str, whole: tuple[str | None, str | None], figure: Figure
) -> Sequence[object]:
    seen = figure.coverage.observed_s, figure.coverage.share
    return kind, name, *whole, figure.share, "share", *seen, "", "", _ids(figure.events)


def _cell(cell: object) -> object:
    """A spreadsheet would take a text that begins so for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return number(cell, 6)
    text = str(cell)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and isinstance(cell, str) else text


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "share": number(figure.share, 6),
        "coverage": _coverage(figure.coverage),
        "events": _events(figure.events),
    }


def _coverage(found: Coverage) -> dict[str, object]:
    return {
        "share": number(found.share, 6),
        "range_s": number(found.range_s),
        "observed_s": number(found.observed_s),
        "gap_s": number(found.gap_s),
        "unasked_s": number(found.unasked_s),
    }


def _node(node: NodeNumbers) -> dict[str, object]:
    return {
        "name": node.name,
        "answered": _figure(node.answered),
        "primary_s": number(node.primary_s),
        "secondary_s": number(node.secondary_s),
        "unreadable_s": number(node.unreadable_s),
        "silent_s": number(node.silent_s),
    }


def _episode(kept: KeptEpisode) -> dict[str, object]:
    each = kept.episode
    return {
        "number": each.number,
        "began_at": rfc3339(each.began_at),
        "ended_at": rfc3339(each.ended_at),
        "trigger": each.trigger.value,
        "cause": each.cause,
        "old_primary": each.old_primary,
        "new_primary": each.new_primary,
        "expected_takeover_s": each.expected_takeover_s,
        "measured_takeover_s": number(each.measured_takeover_s),
        "clients_without_service_s": number(each.clients_without_service_s),
        "unwatched_s": number(each.unseen_s),
        "changed_within": None
        if each.unwatched is None
        else [rfc3339(each.unwatched.from_at), rfc3339(each.unwatched.until_at)],
        "bounce_s": number(each.bounce_s),
        "phases": [
            {"name": phase.name, "from": rfc3339(phase.from_at), "to": rfc3339(phase.until_at)}
            for phase in each.phases
        ],
        "inputs": kept.inputs,
        "evidence": {"from": rfc3339(kept.evidence[0]), "to": rfc3339(kept.evidence[1])},
        "marks": [_mark(mark) for mark in kept.marks],
    }


def _mark(mark: Mark) -> dict[str, object]:
    return {
        "id": mark.id,
        "at": rfc3339(mark.at),
        "kind": mark.kind.value,
        "who": mark.who,
        "text": mark.text,
        "written_at": rfc3339(mark.written_at),
        "episode": mark.episode,
    }


def _events(events: Iterable[EventRef]) -> list[dict[str, object]]:
    return [{"id": event.id, "at": rfc3339(event.at), "event": event.kind.value} for event in events]


def _ids(events: Iterable[EventRef]) -> str:
    return " ".join(str(event.id) for event in events)
