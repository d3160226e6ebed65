"""From the ``[[steps]]`` of a scenario file to acts: each step is one table with exactly one verb.

The verbs and what stands beside each are the two tables below; what is wrong goes to the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from agmonitor.drill.scenario import (
    PLACES,
    Act,
    Agree,
    BringAbout,
    Expect,
    FailOver,
    Happen,
    Heal,
    Hold,
    Pause,
    Resume,
    Step,
    Wait,
)
from agmonitor.drill.scenario_happenings import HAPPENINGS, Happening
from agmonitor.drill.scenario_reader import Reader, one_of
from agmonitor.drill.scenario_words import ENDS
from agmonitor.failover.guards import Guard, Kind, Outcome
from agmonitor.failover.preflight import overridable
from agmonitor.protocol.faults import FAULTS, Link

Table = Mapping[str, Any]
_ANY = ("label", "why")
_OUTCOMES = {outcome.name.lower(): outcome for outcome in ENDS}


def read_steps(reader: Reader, tables: Sequence[Table]) -> tuple[Step, ...]:
    """Every step that can be made out; the mistakes of the others are the reader's."""
    steps: list[Step] = []
    for number, raw in enumerate(tables, 1):
        where = f"steps[{number}]"
        verbs = [verb for verb in VERBS if verb in raw]
        if len(verbs) != 1:
            reader.wrong(where, f"Must hold exactly one of {', '.join(VERBS)}.")
            continue
        label = reader.text(where, raw, "label")
        if label and label in {step.label for step in steps}:
            reader.wrong(f"{where}.label", f"{label!r} is taken by another step.")
        act = VERBS[verbs[0]](reader, where, raw)
        if act is not None:
            steps.append(Step(act, label, reader.text(where, raw, "why")))
    return tuple(steps)


def _fault(reader: Reader, where: str, raw: Table) -> Act | None:
    name = reader.word(where, raw, "fault", tuple(FAULTS))
    if name is None:
        return None
    fault = FAULTS[name]
    numbers = {parameter.name: parameter for parameter in fault.parameters}
    beside = (
        "node",
        *(("link",) if fault.takes_link else ()),
        *(("for_s",) if fault.lasts else ()),
        *numbers,
    )
    reader.unknown(where, raw, ("fault", *beside, *_ANY))
    node = reader.word(where, raw, "node", PLACES)
    if fault.needs_node and "node" not in raw:
        reader.wrong(f"{where}.node", f"{fault.title} needs a node: {', '.join(PLACES)}.")
    values = [(p.name, reader.number(where, raw, p.name, p.least, p.most)) for p in numbers.values()]
    return BringAbout(
        name,
        node,
        reader.word(where, raw, "link", tuple(Link)) if fault.takes_link else None,
        reader.seconds(where, raw, "for_s") if "for_s" in raw and fault.lasts else None,
        tuple((key, value) for key, value in values if value is not None),
    )


def _happen(reader: Reader, where: str, raw: Table) -> Act | None:
    name = reader.word(where, raw, "happen", tuple(HAPPENINGS))
    if name is None:
        return None
    row = HAPPENINGS[name]
    takes = {"node": row.takes_node, "to": bool(row.to)}
    reader.unknown(where, raw, ("happen", *(key for key, taken in takes.items() if taken), *_ANY))
    for key, taken in takes.items():
        if taken and key not in raw:
            reader.wrong(f"{where}.{key}", f"Is missing; {name} takes it.")
    return Happen(
        name,
        reader.word(where, raw, "node", PLACES) if row.takes_node else None,
        _to(reader, where, raw, row),
    )


def _to(reader: Reader, where: str, raw: Table, row: Happening) -> str | None:
    if not row.takes_value:
        return reader.word(where, raw, "to", row.to) if row.to else None
    value = reader.text(where, raw, "to")
    words = value.split()
    if len(words) != 2 or words[0] not in row.to:
        reader.wrong(
            f"{where}.to", f"Must be a setting and its value, the setting one of {', '.join(row.to)}."
        )
        return None
    return value


def _wait(reader: Reader, where: str, raw: Table) -> Act:
    reader.unknown(where, raw, ("wait_s", "live_wait_s", *_ANY))
    live_s = reader.seconds(where, raw, "live_wait_s") if "live_wait_s" in raw else None
    return Wait(reader.seconds(where, raw, "wait_s"), live_s)


def _failover(reader: Reader, where: str, raw: Table) -> Act:
    reader.unknown(
        where, raw, ("failover", "ends", "guards", "agreed", "twice", "emergency", "overrides", *_ANY)
    )
    ends = reader.word(where, raw, "ends", tuple(_OUTCOMES))
    known = tuple(guard.value for guard in Guard)
    guards = _guards(reader, where, raw, "guards", known)
    kind = Kind.EMERGENCY if reader.flag(where, raw, "emergency") else Kind.PLANNED
    overrides = _guards(reader, where, raw, "overrides", tuple(guard.value for guard in overridable(kind)))
    if guards and ends != Outcome.REFUSED_HERE.name.lower():
        reader.wrong(f"{where}.ends", 'Must be "refused_here" where guards are to refuse.')
    return FailOver(
        reader.text(where, raw, "failover"),
        _OUTCOMES[ends or Outcome.SUCCEEDED.name.lower()],
        guards,
        reader.flag(where, raw, "agreed"),
        reader.flag(where, raw, "twice"),
        kind,
        overrides,
    )


def _guards(reader: Reader, where: str, raw: Table, key: str, known: tuple[str, ...]) -> tuple[Guard, ...]:
    words = reader.texts(where, raw, key)
    for word in words:
        if word not in known:
            reader.wrong(f"{where}.{key}", one_of(word, known))
    return tuple(Guard(word) for word in words if word in known)


def _expect(reader: Reader, where: str, raw: Table) -> Act:
    reader.unknown(where, raw, ("expect", "within_s", *_ANY))
    condition = reader.condition(f"{where}.expect", reader.table(where, raw, "expect"))
    return Expect(condition, reader.seconds(where, raw, "within_s"))


def _hold(reader: Reader, where: str, raw: Table) -> Act:
    reader.unknown(where, raw, ("hold", "for_s", *_ANY))
    condition = reader.condition(f"{where}.hold", reader.table(where, raw, "hold"))
    return Hold(condition, reader.seconds(where, raw, "for_s"))


def _plain(verb: str, act: Act) -> Callable[[Reader, str, Table], Act]:
    """A verb that takes nothing: ``heal = true``."""

    def read(reader: Reader, where: str, raw: Table) -> Act:
        reader.unknown(where, raw, (verb, *_ANY))
        if not reader.flag(where, raw, verb):
            reader.wrong(f"{where}.{verb}", "Must be true; leave the step away otherwise.")
        return act

    return read


VERBS: Mapping[str, Callable[[Reader, str, Table], Act | None]] = MappingProxyType(
    {
        "fault": _fault,
        "heal": _plain("heal", Heal()),
        "happen": _happen,
        "wait_s": _wait,
        "pause": _plain("pause", Pause()),
        "resume": _plain("resume", Resume()),
        "agree": _plain("agree", Agree()),
        "failover": _failover,
        "expect": _expect,
        "hold": _hold,
    }
)
