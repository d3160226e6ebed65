"""The ledger of ``--why`` as text: every condition with value, limit, pass or fail, and its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from agmonitor.domain.model import Severity
from agmonitor.domain.state import Finding, GroupState, LedgerRow
from agmonitor.report.words import SYMBOLS, Ink, faint, no_ink, plain, table

_MARKS = {True: "holds", False: "no", None: "not judged"}


def why(state: GroupState, rows: Sequence[LedgerRow], ink: Ink = no_ink) -> str:
    """Grouped by finding: those that hold first, worst first, then the others by number."""
    holding = {finding.number: finding for finding in state.verdict.findings}
    rank = {number: place for place, number in enumerate(holding)}
    ordered = sorted(rows, key=lambda row: (rank.get(row.number, len(rank)), row.number))
    lines: list[str] = []
    for (number, name), group in groupby(ordered, key=lambda row: (row.number, row.finding)):
        lines += _section(number, name, list(group), holding.get(number), ink)
    return "\n".join(lines)


def _section(number: int, name: str, rows: list[LedgerRow], held: Finding | None, ink: Ink) -> Iterator[str]:
    if held is None:
        yield faint(f"  {number:>2} {name}: does not hold", ink)
    else:
        mark = ink(f"{SYMBOLS[held.severity]} {held.severity.word}", held.severity)
        yield f"  {number:>2} {name}: {mark}"
    cells = [
        (_MARKS[row.passed], plain(row.condition), plain(row.value), plain(row.limit), plain(row.evidence))
        for row in rows
    ]
    for line, row in zip(table(cells, indent="       "), rows, strict=True):
        yield line if row.passed and held else _quiet(line, row, ink)


def _quiet(line: str, row: LedgerRow, ink: Ink) -> str:
    return ink(line, Severity.NOTICE) if row.passed else faint(line, ink)
