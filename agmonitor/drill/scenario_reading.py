"""From a scenario file's TOML to a checked ``Scenario``, every mistake told at once.

Knows the keys of the format beside the steps and opens no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from agmonitor.drill.scenario import (
    PACES,
    Covers,
    Never,
    Pace,
    PairSetup,
    Scenario,
    Step,
    Watch,
)
from agmonitor.drill.scenario_conditions import FINDINGS
from agmonitor.drill.scenario_reader import LONGEST_S, Mistake, Reader, nearest, one_of
from agmonitor.drill.scenario_steps import read_steps
from agmonitor.failover.guards import Guard
from agmonitor.protocol.faults import FAULTS

TOP = ("title", "why", "live", "timers", "covers", "watch", "pair", "steps", "never")
Flat = TypeVar("Flat", Watch, PairSetup)


def read_scenario(name: str, raw: Mapping[str, Any]) -> tuple[Scenario, tuple[Mistake, ...]]:
    """The scenario, with stand-ins for what is wrong, and every mistake; without any it can be played."""
    reader = Reader()
    reader.unknown("", raw, TOP)
    title = reader.text("", raw, "title", needed=True)
    why = reader.text("", raw, "why", needed=True)
    steps = read_steps(reader, reader.tables(raw, "steps"))
    if not steps and not reader.mistakes:
        reader.wrong("steps", "There are none; a drill does something, and expects something.")
    scenario = Scenario(
        name=name,
        title=title,
        why=why,
        steps=steps,
        never=_never(reader, raw, steps),
        covers=_covers(reader, reader.table("", raw, "covers")),
        pace=_pace(reader, raw),
        watch=_flat(reader, "watch", reader.table("", raw, "watch"), Watch()),
        pair=_flat(reader, "pair", reader.table("", raw, "pair"), PairSetup()),
        live=reader.flag("", raw, "live"),
    )
    return scenario, tuple(reader.mistakes)


def _never(reader: Reader, raw: Mapping[str, Any], steps: Sequence[Step]) -> tuple[Never, ...]:
    labels = tuple(step.label for step in steps if step.label)
    found = []
    for number, entry in enumerate(reader.tables(raw, "never"), 1):
        where = f"never[{number}]"
        after, until = (reader.text(where, entry, key) for key in ("after", "until"))
        for key, label in (("after", after), ("until", until)):
            if label and label not in labels:
                reader.wrong(f"{where}.{key}", f"No step has the label {label!r}.{nearest(label, labels)}")
        condition = reader.condition(where, entry, ("after", "until", "why"))
        found.append(Never(condition, after, until, reader.text(where, entry, "why")))
    return tuple(found)


def _covers(reader: Reader, raw: Mapping[str, Any]) -> Covers:
    known = {"findings": FINDINGS, "faults": tuple(FAULTS), "guards": tuple(g.value for g in Guard)}
    reader.unknown("covers", raw, tuple(known))
    told: dict[str, tuple[str, ...]] = {}
    for key, allowed in known.items():
        words = reader.texts("covers", raw, key)
        for word in words:
            if word not in allowed:
                reader.wrong(f"covers.{key}", one_of(word, allowed))
        told[key] = tuple(word for word in words if word in allowed)
    return Covers(told["findings"], told["faults"], tuple(Guard(word) for word in told["guards"]))


def _pace(reader: Reader, raw: Mapping[str, Any]) -> Pace:
    """The name of a pace, or a table of all four."""
    value = raw.get("timers", "documented")
    keys = tuple(one.name for one in fields(Pace))
    if isinstance(value, dict):
        reader.unknown("timers", value, keys)
        numbers = {key: reader.seconds("timers", value, key) for key in keys}
        for key, number in numbers.items():
            if number != int(number):
                reader.wrong(f"timers.{key}", "Must be a whole number of seconds.")
        return Pace(**{key: int(number) for key, number in numbers.items()})
    if not isinstance(value, str) or value not in PACES:
        reader.wrong("timers", f"Must be {' or '.join(PACES)}, or a table of {', '.join(keys)}.")
        return PACES["documented"]
    return PACES[value]


def _flat(reader: Reader, where: str, raw: Mapping[str, Any], default: Flat) -> Flat:
    """A table whose keys are the fields of a dataclass of flags, numbers and words."""
    reader.unknown(where, raw, tuple(one.name for one in fields(default)))
    values: dict[str, Any] = {}
    for one in fields(default):
        if one.name not in raw:
            continue
        if isinstance(getattr(default, one.name), bool):
            values[one.name] = reader.flag(where, raw, one.name)
        elif one.name == "scheme":
            values[one.name] = reader.word(where, raw, one.name, ("http", "https")) or "https"
        else:
            number = reader.number(where, raw, one.name, least=-LONGEST_S)
            values[one.name] = 1.0 if number is None else number
    return type(default)(**values)
