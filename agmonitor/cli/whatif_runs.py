"""What ``whatif`` works on: a group's present settings, and the runs with their progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from agmonitor.cli import wiring
from agmonitor.cli.faults import UserError
from agmonitor.cli.once import run
from agmonitor.cli.targets import resolve_one
from agmonitor.domain.group import initial, step
from agmonitor.domain.model import GroupSettings, Instant
from agmonitor.domain.rules_settings import risks
from agmonitor.domain.state import GroupState, Mode
from agmonitor.drill.whatif_runner import Wanted, WhatIfRunner, WorkerError
from agmonitor.protocol.prediction import KNOBS, WhatIf
from agmonitor.report.whatif import Told, timers_of
from agmonitor.report.words import duration, local_time

FRESH_S = 600.0  # what history heard within that needs no look
HEARD_S = 120.0  # how much of it is read: every node tells its settings each round
BAR = 30
PACE_KNOWN_S, WORTH_S = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Settings to run, and how they are called."""

    title: str
    source: str
    settings: WhatIf
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """The settings a group has now, or else the documented defaults."""

    settings: WhatIf
    source: str
    assumed: bool


def wall() -> float:
    """Seconds that only grow."""
    return wiring.clock().elapsed_s()


def present(group: str | None, password_file: str | None) -> Present:
    """A group's settings: what history heard last, if that is fresh; else by one look; else older history.

    Raises:
        UserError: there is no such group.
    """
    if group is None:
        return Present(WhatIf(), "the documented defaults, assumed", assumed=True)
    remembered, heard_at = run(_remembered(group))
    if remembered is not None and wiring.now() - heard_at <= FRESH_S:
        return _heard(remembered, heard_at)
    targets = resolve_one(group, password_file)
    looked = run(wiring.look_at(targets.groups, targets.passwords))[0]
    if not looked.timers.assumed:
        return _heard(looked, looked.now)
    if remembered is not None:
        return _heard(remembered, heard_at)
    return Present(WhatIf(), "no node told its settings: the documented defaults, assumed", assumed=True)


async def _remembered(group: str) -> tuple[GroupState | None, Instant]:
    """The group as its newest recorded inputs show it; None where they do not tell its settings."""
    settings = _settings_of(group)
    async with wiring.recording() as history:
        newest = await history.last_at(group) if settings is not None else None
        if settings is None or newest is None:
            return None, 0.0
        past = await history.past(group, newest - HEARD_S)
    state = initial(settings, Mode.WATCHING, newest - HEARD_S)
    for one in past:
        state, _ = step(state, one.input)
    return (None if state.timers.assumed else state), newest


def _settings_of(group: str) -> GroupSettings | None:
    return wiring.load_config().group(group)


def _heard(state: GroupState, at: Instant) -> Present:
    timers = state.timers
    told = (timers.report_s, timers.check_s, timers.absence_s, timers.ttl_s)
    for knob, value in zip(KNOBS, told, strict=False):
        if not knob.least <= value <= knob.most:
            raise UserError(f"The group's {knob.title} of {value:g} s is beyond what can be simulated.")
    return Present(WhatIf(*told), f"as heard at {local_time(at)}", assumed=False)


async def predicted(asked: Sequence[Asked], wanted: Wanted) -> list[Told]:
    """One prediction for each, the runs shared out over the processor's cores.

    Raises:
        UserError: a process that makes runs has ended.
    """
    runner = WhatIfRunner()
    shown = _Progress(len(asked))
    told = []
    try:
        for one in asked:
            made = await runner.predict(one.settings, wanted, progress=shown.show)
            shown.done += 1
            told.append(Told(one.title, one.source, made, risks(timers_of(one.settings)), one.assumed))
    except WorkerError as error:
        raise UserError(str(error)) from error
    finally:
        shown.end()
        runner.close()
    return told


class _Progress:
    """A bar on stderr where that is a terminal; else nothing. What takes long says how long still."""

    def __init__(self, whole: int) -> None:
        self.done = 0
        self._whole = whole
        self._shown = sys.stderr.isatty()
        self._began_s = wall()

    def show(self, share: float) -> None:
        if self._shown:
            share = (self.done + share) / self._whole
            filled = round(share * BAR)
            still = _still(share, wall() - self._began_s)
            sys.stderr.write(f"\r\x1b[2K{'█' * filled}{'·' * (BAR - filled)} {share:4.0%}{still}")
            sys.stderr.flush()

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()


def _still(share: float, spent_s: float) -> str:
    """How long the rest takes at the pace so far: told once that can be judged, and while it is worth it."""
    left_s = spent_s * (1 - share) / share
    return f", about {duration(round(left_s))} left" if spent_s >= PACE_KNOWN_S and left_s >= WORTH_S else ""
