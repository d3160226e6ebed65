"""What the window says of a past moment: its words, and the cards where not all is known. Knows no Qt.

Nothing is claimed about time that was not observed: there the last known state is shown as what it was.
"""

from __future__ import annotations

from dataclasses import replace

from agmonitor.domain.group import initial
from agmonitor.domain.model import GroupSettings, Instant, Severity
from agmonitor.domain.moment import Sure, Then
from agmonitor.domain.observations import Gap
from agmonitor.domain.state import GroupState, Mode, Verdict
from agmonitor.texts import t
from agmonitor.ui.gaps import GAP_WORDS
from agmonitor.ui.name_facts import NameFacts, Path, name_facts
from agmonitor.ui.node_facts import NodeFacts, node_facts
from agmonitor.ui.phrases import Tone, clock_time, full_time, lasting, told_of

NOT_KEPT = t("not kept")
ORDERS_REFUSED = t("This is a past moment: nothing can be ordered from it. Esc returns to the present.")


def state_of(settings: GroupSettings, then: Then) -> GroupState:
    """The state to be shown; one in which nothing was ever heard where none is known."""
    return then.state if then.state is not None else initial(settings, Mode.WATCHING, then.at)


def banner_of(settings: GroupSettings, then: Then) -> GroupState:
    """As ``state_of``, with a verdict that claims nothing about what was not observed."""
    state = state_of(settings, then)
    if then.sure is Sure.OBSERVED:
        return state
    name = "not_observed" if then.state is not None else "nothing_known"
    sentence = sure_words(then)
    if then.state is not None:
        sentence = t("{sentence} Before: {before}", sentence=sentence, before=state.verdict.sentence)
    return replace(state, verdict=Verdict(-1, name, Severity.UNKNOWN, sentence))


def ages_at(then: Then) -> Instant:
    """The instant that ages count to: the moment, or the end of what is known."""
    if then.sure is Sure.OBSERVED or then.known_at is None:
        return then.at
    return then.known_at


def node_facts_then(settings: GroupSettings, then: Then, side: int) -> NodeFacts:
    """One node's card at that moment."""
    state = state_of(settings, then)
    node = state.nodes[side]
    facts = node_facts(state, node, told_of(state.now, ages_at(then)))
    if then.sure is Sure.OBSERVED:
        return facts
    if then.state is not None:
        muted = tuple(replace(fact, tone=Tone.MUTED) for fact in facts.facts)
        # Translators: such as WAS PRIMARY
        badge = t("WAS {badge}", badge=facts.badge)
        return replace(facts, badge=badge, tone=Tone.UNKNOWN, alarmed=False, facts=muted)
    seen = dict(then.lanes).get(node.name)
    said = tuple(replace(fact, value=NOT_KEPT, tone=Tone.MUTED, tip=then.why) for fact in facts.facts)
    badge = seen.upper() if seen else NOT_KEPT.upper()
    return replace(facts, badge=badge, tone=Tone.UNKNOWN, alarmed=False, facts=said)


def name_facts_then(settings: GroupSettings, then: Then) -> NameFacts:
    """The name's card at that moment."""
    state = state_of(settings, then)
    facts = name_facts(state, told_of(state.now, ages_at(then)))
    if then.sure is Sure.OBSERVED:
        return facts
    muted = replace(facts, record_tone=Tone.MUTED, path_tone=Tone.MUTED, next_step="")
    if then.state is not None:
        return replace(
            muted,
            record=t("was {value}", value=facts.record),
            heartbeat=t("was {value}", value=facts.heartbeat),
        )
    seen = dict(then.lanes).get("dns")
    record = t("pointed to {node}", node=seen) if seen else NOT_KEPT
    return replace(muted, record=record, points_to=None, path=Path.UNKNOWN, heartbeat=NOT_KEPT, sender=None)


def sure_words(then: Then) -> str:
    """How well the moment is known, where it was not observed; empty: it was."""
    if then.sure is Sure.OBSERVED:
        return ""
    said = then.why if then.gap is None else t("Not observed then: {gap}.", gap=gap_words(then.gap))
    if then.known_at is None:
        return said
    return " ".join((said, t("Known until {instant}.", instant=clock_time(then.known_at))))


def gap_words(gap: Gap) -> str:
    """Why nothing was observed, from when to when."""
    return t(
        "{reason} {time}, {beginning} to {end}",
        reason=GAP_WORDS[gap.reason],
        time=lasting(gap.until_at - gap.from_at),
        beginning=clock_time(gap.from_at),
        end=clock_time(gap.until_at),
    )


def when_words(at: Instant, now: Instant, *, recorded: bool) -> str:
    """The moment, and how long ago it was."""
    if recorded:
        return full_time(at, fine=False)
    return t("{instant}, {time} ago", instant=full_time(at, fine=False), time=lasting(max(0.0, now - at)))
