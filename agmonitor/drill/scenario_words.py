"""A scenario told in words: each step, each expectation, what must never be. Reads data, judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
from agmonitor.texts import listed, t

ENDS = {
    Outcome.SUCCEEDED: t("it succeeds"),
    Outcome.REFUSED_HERE: t("it is refused here and nothing is sent"),
    Outcome.REFUSED_BY_NODE: t("the node refuses"),
    Outcome.UNKNOWN: t("its outcome stays unknown"),
}
_SIMPLE: dict[type[Act], str] = {
    Heal: t("Everything is healed."),
    Pause: t("Watching is paused."),
    Resume: t("Watching goes on."),
    Agree: t("A person agrees to what a failover would do now."),
}
# Translators: keep {what}; it is filled in later
_PHRASES = {
    "answer": t("the last answer is {what}"),
    "verdict": t("the verdict is {what}"),
    "worst": t("the verdict is {what} at worst"),
    "exit": t("status would exit with {what}"),
    "finding": t("{what} is found"),
    "no_finding": t("{what} is not found"),
    "says": t("it is said: “{what}”"),
    "heartbeat": t("the Secondary takes the heartbeat by {what}"),
    "record": t("the record names {what}"),
    "clients": t("clients: {what}"),
    "hook": t("a hook was called: {what}"),
    "trigger": t("the episode's trigger is {what}"),
    "events": t("there happened {what}"),
}


def told(scenario: Scenario) -> str:
    """The whole scenario, for ``drill --show``."""
    return "\n".join(_lines(scenario))


def _lines(scenario: Scenario) -> Iterator[str]:
    pace = scenario.pace
    yield f"{scenario.name}: {scenario.title}"
    yield scenario.why
    yield ""
    timers = t(
        "Timers: report {report} s, check {check} s, absence {absence} s, TTL {ttl} s.",
        report=pace.report_s,
        check=pace.check_s,
        absence=pace.absence_s,
        ttl=pace.ttl_s,
    )
    runs = t("Runs in virtual time and live.") if scenario.live else t("Runs in virtual time.")
    yield f"{timers} {runs}"
    for number, step in enumerate(scenario.steps, 1):
        yield f"{number:3}. {step_words(step)}"
    for never in scenario.never:
        yield f"  -  {never_words(never)}"
    covers = [*scenario.covers.findings, *scenario.covers.faults, *scenario.covers.guards]
    if covers:
        yield t("Covers: {names}.", names=listed(covers))


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
            words = t("{seconds} s pass.", seconds=f"{seconds:g}")
        case FailOver():
            words = _failover_words(act)
        case Expect(condition=condition, within_s=within_s):
            told = condition_words(condition)
            words = t("Expected within {seconds} s: {condition}.", seconds=f"{within_s:g}", condition=told)
        case Hold(condition=condition, for_s=for_s):
            told = condition_words(condition)
            words = t("For {seconds} s it stays so: {condition}.", seconds=f"{for_s:g}", condition=told)
        case _:
            words = _SIMPLE[type(act)]
    return words


def never_words(never: Never) -> str:
    told = condition_words(never.condition)
    if never.after and never.until:
        words = t(
            "Never after [{first}] until [{last}]: {condition}.",
            first=never.after,
            last=never.until,
            condition=told,
        )
    elif never.after:
        words = t("Never after [{first}]: {condition}.", first=never.after, condition=told)
    elif never.until:
        words = t("Never until [{last}]: {condition}.", last=never.until, condition=told)
    else:
        words = t("Never: {condition}.", condition=told)
    return f"{words} {never.why}" if never.why else words


def condition_words(condition: Condition) -> str:
    return listed(_subject_words(name, values) for name, values in condition.subjects)


def _subject_words(name: str, values: tuple[str, ...]) -> str:
    if name in NODES:
        return t("{node} is {states}", node=name, states=listed(value.replace("_", " ") for value in values))
    between = t(", then ").join(values) if name == "events" else listed(values)
    return _PHRASES[name].format(what=between)


def _place(node: str | None) -> str:
    if node is None:
        return t("both nodes")
    return node if node in NODES else f"the {node.capitalize()}"


def _fault_words(act: BringAbout) -> str:
    fault = FAULTS[act.fault]
    sentence = fault.sentence.format(node=_place(act.node), link=(act.link or Link.DOOR).replace("_", " "))
    numbers = ", ".join(f"{name} {value:g}" for name, value in act.parameters)
    length = " " + t("For {seconds} s.", seconds=f"{act.for_s:g}") if act.for_s is not None else ""
    return f"{sentence[0].upper()}{sentence[1:]}{f' ({numbers})' if numbers else ''}{length}"


def _failover_words(act: FailOver) -> str:
    details = [t(" as agreed")] if act.agreed else []
    if act.twice:
        details.append(t(", twice at once"))
    details.append(t(" (“{reason}”)", reason=act.reason) if act.reason else t(" without a reason"))
    if act.overrides:
        details.append(t(", in spite of {guards}", guards=_plain(act.overrides)))
    end = ENDS[act.ends]
    if act.guards:
        end = t("{end}: {guards}", end=end, guards=_plain(act.guards))
    told = "".join(details)
    if act.kind is Kind.EMERGENCY:
        return t("An emergency failover is ordered{details}; {end}.", details=told, end=end)
    return t("A failover is ordered{details}; {end}.", details=told, end=end)


def _plain(guards: Iterable[str]) -> str:
    return listed(guard.replace("_", " ") for guard in guards)
