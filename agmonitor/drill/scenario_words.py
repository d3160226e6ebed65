"""A scenario told in words: each step, each expectation, what must never be. Reads data, judges nothing."""

from __future__ import annotations

from collections.abc import Iterator

from agmonitor.domain.words import listed
from agmonitor.drill.scenario import (
    NODES,
    Act,
    Agree,
    BringAbout,
    Condition,
    Expect,
    FailOver,
    Happen,
    Heal,
    Hold,
    Never,
    Pause,
    Resume,
    Scenario,
    Step,
    Wait,
)
from agmonitor.drill.scenario_happenings import HAPPENINGS
from agmonitor.failover.guards import Kind, Outcome
from agmonitor.protocol.faults import FAULTS, Link

ENDS = {
    Outcome.SUCCEEDED: "it succeeds",
    Outcome.REFUSED_HERE: "it is refused here and nothing is sent",
    Outcome.REFUSED_BY_NODE: "the node refuses",
    Outcome.UNKNOWN: "its outcome stays unknown",
}
_SIMPLE: dict[type[Act], str] = {
    Heal: "Everything is healed.",
    Pause: "Watching is paused.",
    Resume: "Watching goes on.",
    Agree: "A person agrees to what a failover would do now.",
}
_PHRASES = {
    "answer": "the last answer is {}",
    "verdict": "the verdict is {}",
    "worst": "the verdict is {} at worst",
    "exit": "status would exit with {}",
    "finding": "{} is found",
    "no_finding": "{} is not found",
    "says": "it is said: “{}”",
    "heartbeat": "the Secondary takes the heartbeat by {}",
    "record": "the record names {}",
    "clients": "clients: {}",
    "hook": "a hook was called: {}",
    "trigger": "the episode's trigger is {}",
    "events": "there happened {}",
}


def told(scenario: Scenario) -> str:
    """The whole scenario, for ``drill --show``."""
    return "\n".join(_lines(scenario))


def _lines(scenario: Scenario) -> Iterator[str]:
    pace = scenario.pace
    yield f"{scenario.name}: {scenario.title}"
    yield scenario.why
    yield ""
    yield (
        f"Timers: report {pace.report_s} s, check {pace.check_s} s, absence {pace.absence_s} s,"
        f" TTL {pace.ttl_s} s. Runs {'in virtual time and live' if scenario.live else 'in virtual time'}."
    )
    for number, step in enumerate(scenario.steps, 1):
        yield f"{number:3}. {step_words(step)}"
    for never in scenario.never:
        yield f"  -  {never_words(never)}"
    covers = [*scenario.covers.findings, *scenario.covers.faults, *scenario.covers.guards]
    if covers:
        yield f"Covers: {listed(covers)}."


def step_words(step: Step) -> str:
    label = f" [{step.label}]" if step.label else ""
    why = f" {step.why}" if step.why else ""
    return f"{act_words(step.act)}{label}{why}"


def act_words(act: Act) -> str:
    """What is done or expected, in one sentence."""
    match act:
        case BringAbout():
            words = _fault_words(act)
        case Happen(name=name, node=node, to=to):
            words = HAPPENINGS[name].sentence.format(node=_place(node), to=to)
        case Wait(seconds=seconds):
            words = f"{seconds:g} s pass."
        case FailOver():
            words = _failover_words(act)
        case Expect(condition=condition, within_s=within_s):
            words = f"Expected within {within_s:g} s: {condition_words(condition)}."
        case Hold(condition=condition, for_s=for_s):
            words = f"For {for_s:g} s it stays so: {condition_words(condition)}."
        case _:
            words = _SIMPLE[type(act)]
    return words


def never_words(never: Never) -> str:
    span = "".join(
        f" {word} [{label}]" for word, label in (("after", never.after), ("until", never.until)) if label
    )
    why = f" {never.why}" if never.why else ""
    return f"Never{span}: {condition_words(never.condition)}.{why}"


def condition_words(condition: Condition) -> str:
    return listed(_subject_words(name, values) for name, values in condition.subjects)


def _subject_words(name: str, values: tuple[str, ...]) -> str:
    if name in NODES:
        return f"{name} is {listed(value.replace('_', ' ') for value in values)}"
    between = ", then ".join(values) if name == "events" else listed(values)
    return _PHRASES[name].format(between)


def _place(node: str | None) -> str:
    if node is None:
        return "both nodes"
    return node if node in NODES else f"the {node.capitalize()}"


def _fault_words(act: BringAbout) -> str:
    fault = FAULTS[act.fault]
    sentence = fault.sentence.format(node=_place(act.node), link=(act.link or Link.DOOR).replace("_", " "))
    numbers = ", ".join(f"{name} {value:g}" for name, value in act.parameters)
    length = f" For {act.for_s:g} s." if act.for_s is not None else ""
    return f"{sentence[0].upper()}{sentence[1:]}{f' ({numbers})' if numbers else ''}{length}"


def _failover_words(act: FailOver) -> str:
    which = " as agreed" if act.agreed else ""
    twice = ", twice at once" if act.twice else ""
    reason = f" (“{act.reason}”)" if act.reason else " without a reason"
    guards = f": {listed(guard.replace('_', ' ') for guard in act.guards)}" if act.guards else ""
    what = "An emergency failover" if act.kind is Kind.EMERGENCY else "A failover"
    spite = (
        f", in spite of {listed(guard.replace('_', ' ') for guard in act.overrides)}" if act.overrides else ""
    )
    return f"{what} is ordered{which}{twice}{reason}{spite}; {ENDS[act.ends]}{guards}."
