"""Every condition of every row with its value and limit: the answer to "why?" and "why not?"."""

from __future__ import annotations

from collections.abc import Iterable

from agmonitor.domain.conditions import Row
from agmonitor.domain.facts import Facts
from agmonitor.domain.phrases import NONE, seen_both
from agmonitor.domain.state import LedgerRow
from agmonitor.said import phrase


def ledger_of(table: Iterable[Row], f: Facts, held: frozenset[int]) -> tuple[LedgerRow, ...]:
    """All rows in order of the table; ``held`` are the numbers that hold."""
    rows: list[LedgerRow] = []
    for row in table:
        rows += [
            LedgerRow(
                row.number,
                row.name,
                leaf.condition,
                leaf.value,
                leaf.limit,
                leaf.passed,
                leaf.evidence,
                f.now,
            )
            for leaf in row.when.leaves(f)
        ]
        if row.never_beside:
            beside = sorted(held.intersection(row.never_beside))
            rows.append(
                LedgerRow(
                    row.number,
                    row.name,
                    phrase("holds beside none it gives way to"),
                    ", ".join(map(str, beside)) or NONE,
                    phrase("none of {numbers}", numbers=", ".join(map(str, row.never_beside))),
                    not beside,
                    seen_both(f),
                    f.now,
                )
            )
    return tuple(rows)
