"""Recorded streams, fixed once for all, by which a change of the rules' output is noticed.

``corpus.agmrec`` beside this file holds pieces of drills with all that may come in: faults, orders, gaps, a
set clock, sleep, acknowledgements. Made once by ``python -m tests.history.corpus FILE``; never
made anew for a change of the rules, for then nobody would see what they judge differently.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agmonitor.domain.group import step
from agmonitor.domain.observations import Acknowledged, Gap, GapReason, Input, instant_of
from agmonitor.domain.state import GroupState
from agmonitor.history.codec import encode_event
from agmonitor.history.exchange import export_recording
from agmonitor.history.recording import InputLine, Reader, StateLine
from tests.history.recorded import Change, changes, record, watched

FILE = Path(__file__).with_name("corpus.agmrec")
SEEDS = (2, 6, 7, 13, 14)
PIECE = 600
INSTANTS = ("at", "from_at", "until_at", "sent_at", "received_at")
GAPS = ((600.0, GapReason.ASLEEP), (-3600.0, GapReason.CLOCK_STEPPED), (86_400.0, GapReason.CLOSED))


def digest(file: Path = FILE) -> str:
    """What the rules make of the corpus now: every event, and every verdict with its findings."""
    told = hashlib.sha256()
    state: GroupState | None = None
    with file.open("rb") as given:
        for line in Reader(given).lines():
            if isinstance(line, StateLine):
                state = line.state
            if not isinstance(line, InputLine):
                continue
            assert state is not None
            before, (state, events) = state.verdict.findings, step(state, line.input)
            told.update(repr([encode_event(event) for event in events]).encode())
            if state.verdict.findings != before:
                told.update(repr(state.verdict).encode())
    return told.hexdigest()[:16]


def make(file: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder) / "h.db"
        for seed in SEEDS:
            session = watched(seed)
            begins = max(0, next((n for n, one in enumerate(session[40:], 40) if one.events), 0) - 20)
            piece = session[begins : begins + PIECE]
            record(history, changes(piece[0].before.settings, with_gaps(piece), piece[0].before))
        export_recording(history, "g", file, float("-inf"), None)


def with_gaps(piece: Sequence[Change]) -> list[Input]:
    inputs: list[Input] = []
    shift_s = 0.0
    for place, one in enumerate(piece):
        item = shifted(one.input, shift_s)
        inputs.append(item)
        if place % 150 == 149:
            at = instant_of(item)
            length_s, reason = GAPS[place // 150 % len(GAPS)]
            inputs += [Acknowledged(at, None, "root", "seen"), Gap(at, at + length_s, reason)]
            shift_s += length_s
    return inputs


def shifted(item: Input, by_s: float) -> Input:
    return replace(item, **{name: getattr(item, name) + by_s for name in INSTANTS if hasattr(item, name)})


if __name__ == "__main__":
    make(Path(sys.argv[1]))
