"""The benchmark: every row side by side with its peer in one run, medians of several."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile

import moment_rows

import drill_rows
import fleet_rows
import frame_rows
import http_rows
import keeping_rows
import range_rows
import whatif_rows
import window_rows
import world_rows
from agmonitor.config.paths import HOME_VARIABLE
from row import Row

SOURCES = (
    http_rows.SOURCE,
    *window_rows.SOURCES,
    *frame_rows.SOURCES,
    fleet_rows.SOURCE,
    whatif_rows.SOURCE,
    world_rows.SOURCE,
    drill_rows.SOURCE,
    range_rows.SOURCE,
    keeping_rows.SOURCE,
    moment_rows.SOURCE,
)
MARKS = {True: "met", False: "MISSED", None: ""}


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def show(row: Row) -> None:
    value = f"{number(row.value)} {row.unit}".strip()
    peer = f"{row.peer_name} {number(row.peer)}" if row.peer_name else ""
    end = "  ".join(part for part in (MARKS[row.met], row.note) if part)
    print(f"{row.name:62} {value:>10}  {row.goal:44} {peer:26} ratio {number(row.ratio):6} {end}", flush=True)


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="packaging/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one document, for machines")
    parser.add_argument("--list", action="store_true", help="name the rows and measure nothing")
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="rows measured together with one whose name holds this"
    )
    return parser.parse_args()


def main() -> int:
    wanted = asked()
    chosen = [source for source in SOURCES if any(wanted.only in name for name in source.names)]
    if wanted.list:
        print("\n".join(name for source in chosen for name in source.names))
        return 0
    if not chosen:
        print(f"No row's name holds {wanted.only!r}; --list names them.", file=sys.stderr)
        return 2
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ[HOME_VARIABLE] = folder  # a person's own settings are no part of a measure
        for source in chosen:
            for row in source.rows():
                rows.append(row)
                if not wanted.json:
                    show(row)
    if wanted.json:
        print(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1))
    return 1 if any(row.value is None for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
