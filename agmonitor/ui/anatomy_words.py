"""The words of an episode's anatomy: titles, lengths, key numbers, and the whole of it as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain.anatomy import ORDERED, Absent, Anatomy, Bar, Part
from agmonitor.domain.causes import CUT_OFF, Cause
from agmonitor.domain.events import Episode, Trigger
from agmonitor.domain.observations import Gap
from agmonitor.texts import t, tc, tn, worded
from agmonitor.ui.gaps import GAP_WORDS
from agmonitor.ui.phrases import Fact, Tone, clock_time, full_time, lasting

TRIGGER_WORDS = {
    Trigger.AUTOMATIC: t("automatic"),
    Trigger.ORDERED_HERE: t("ordered here"),
    Trigger.ORDERED_ELSEWHERE: t("ordered elsewhere"),
    Trigger.UNKNOWN: t("unknown"),
}
AT_ONCE_S = 0.05
_ABSENT = {
    Absent.WAITED_FOR: t("not yet"),
    Absent.NOT_SEEN: t("not seen"),
    Absent.NOT_JUDGED: t("not judged"),
    Absent.NO_LOSS: t("no loss seen"),
    Absent.NO_SILENCE: t("none: the old Primary answered"),
    Absent.NO_CHANGE: t("there was no takeover"),
}
_NOT_JUDGED = {False: t("the client's path is not watched"), True: t("we were cut off ourselves")}


@dataclass(frozen=True, slots=True)
class Told:
    """One bar's words, in full and as short as they can be."""

    title: str
    words: str
    brief: str


def title_of_part(part: Part, anatomy: Anatomy) -> str:
    """What the part is, of this episode."""
    return {
        Part.BEAT: t("Last heartbeat"),
        # nobody but us was silent
        Part.SILENCE: t("Nothing heard") if anatomy.episode.cause == CUT_OFF else tc("of a node", "Silence"),
        Part.PROMOTION: _promotion_title(anatomy.episode),
        Part.RECORD: t("DNS record moves"),
        Part.HOOKS: t("Hooks run"),
        Part.CLIENTS: t("Clients without service"),
        Part.STANDBY: t("Standby back"),
    }[part]


def _promotion_title(episode: Episode) -> str:
    if episode.new_primary is None:
        return t("Takeover")
    if episode.trigger in ORDERED:
        return t("{node} takes the role", node=episode.new_primary)
    return t("{node} promotes itself", node=episode.new_primary)


def told(bar: Bar, anatomy: Anatomy) -> Told:
    """The words beside a bar, or in its place."""
    title = title_of_part(bar.part, anatomy)
    if bar.from_at is None or bar.length_s is None:
        words = _absent_words(bar, anatomy)
        gap = bar.absent is Absent.IN_A_GAP and bar.unseen
        return Told(title, words, unseen_words(bar.unseen) if gap else words.partition(":")[0])
    if bar.running:
        length = lasting(bar.length_s)
        seen_late = anatomy.episode.unwatched is not None
        words = (
            t("{length} since it was seen", length=length)
            if seen_late
            else t("{length} so far", length=length)
        )
        return Told(title, words, f"{length} …")
    at_once = bar.length_s < AT_ONCE_S
    length = t("at once") if at_once else lasting(bar.length_s)
    words = _over_words(bar, anatomy, length, at_once=at_once)
    if bar.unseen:
        words = f"{words} · {unseen_words(bar.unseen)}"
    brief = clock_time(bar.from_at) if bar.part is Part.BEAT else length
    return Told(title, words, brief)


def _absent_words(bar: Bar, anatomy: Anatomy) -> str:
    if bar.part is Part.HOOKS and anatomy.hooks.called:
        return hook_words(anatomy)
    if bar.absent is Absent.IN_A_GAP:
        return t("not observed: {why}", why=unseen_words(bar.unseen))
    if bar.part is Part.PROMOTION and (words := _no_promotion_words(bar, anatomy)):
        return words
    if bar.part is Part.HOOKS and bar.absent is Absent.NOT_SEEN:
        return t("no call seen")
    why = f": {_NOT_JUDGED[anatomy.episode.cause == CUT_OFF]}" if bar.absent is Absent.NOT_JUDGED else ""
    return f"{_ABSENT[bar.absent]}{why}" if bar.absent is not None else ""


def _no_promotion_words(bar: Bar, anatomy: Anatomy) -> str:
    """What is to be expected while none was seen; empty: nothing more is known of it."""
    if bar.absent is Absent.WAITED_FOR and anatomy.due is not None:
        return due_words(anatomy.due[0] - anatomy.now, anatomy.due[1] - anatomy.now)
    if bar.absent is Absent.WAITED_FOR and anatomy.episode.cause == CUT_OFF:
        return t("not known from here")
    if bar.absent is Absent.WAITED_FOR and none_is_due(anatomy):
        return t("none is due: {why}", why=_no_reason(anatomy))
    at = anatomy.promoted_at
    return t("seen at {at}", at=clock_time(at)) if at is not None else ""


def none_is_due(anatomy: Anatomy) -> bool:
    """Whether an episode goes on in which nobody has reason to take over."""
    knows = anatomy.episode.expected_takeover_s is not None and anatomy.episode.cause != CUT_OFF
    return anatomy.running and knows and anatomy.due is None and anatomy.promoted_at is None


def _no_reason(anatomy: Anatomy) -> str:
    silent = anatomy.bar(Part.SILENCE).from_at is not None
    return t("no Secondary is heard") if silent else t("heartbeats go on")


def due_words(opens_s: float, closes_s: float) -> str:
    """The countdown to a takeover: ``in 12 – 31 s``, ``due now, within 8 s``, ``overdue for 3 s``."""
    if closes_s < 0:
        return t("overdue for {late}", late=lasting(-closes_s))
    if opens_s <= 0:
        return t("due now, within {span}", span=lasting(closes_s))
    return t("in {span}", span=span_words(opens_s, closes_s))


def _over_words(bar: Bar, anatomy: Anatomy, length: str, *, at_once: bool) -> str:
    assert bar.from_at is not None
    begun = clock_time(bar.from_at)
    words = {
        Part.BEAT: t("{at}, {length} before the first sign", at=begun, length=length),
        Part.SILENCE: _silence_words(anatomy, length),
        Part.PROMOTION: t("seen at once") if at_once else t("seen within {length}", length=length),
        Part.RECORD: t("with the promotion") if at_once else length,
        Part.HOOKS: _hooks_over_words(bar, anatomy, "" if at_once else length),
        Part.CLIENTS: t("at least {length}", length=length) if open_loss(anatomy.episode) else length,
        Part.STANDBY: length if at_once else t("{length} after the promotion", length=length),
    }
    return words[bar.part]


def _silence_words(anatomy: Anatomy, length: str) -> str:
    expected = anatomy.episode.expected_takeover_s
    if anatomy.episode.unwatched is not None:
        return t("at most {length}", length=length)
    if anatomy.promoted_at is None:
        return t("at most {length}; no takeover came of it", length=length)
    if expected is None:
        return length
    return t("{length} (limit {limit} after the beat)", length=length, limit=lasting(expected[0]))


def _hooks_over_words(bar: Bar, anatomy: Anatomy, length: str) -> str:
    """Of calls that were over before we asked only what the node's own record says."""
    if anatomy.hooks.called:
        return ", ".join(filter(None, (hook_words(anatomy), length)))
    return t(
        "at {at}, by {node}'s own record",
        at=clock_time(bar.from_at or 0.0),
        node=anatomy.episode.new_primary,
    )


def unseen_words(gaps: tuple[Gap, ...]) -> str:
    """``asleep 40 s``; several at once as their sum."""
    total_s = sum(gap.until_at - gap.from_at for gap in gaps)
    reasons = list(dict.fromkeys(GAP_WORDS[gap.reason] for gap in gaps))
    return t("{reason} {time}", reason=", ".join(reasons), time=lasting(total_s))


def hook_words(anatomy: Anatomy) -> str:
    """``2 ran, 1 failed``; whatever did not return counts as failed."""
    hooks = anatomy.hooks
    if not hooks.called:
        return t("none seen")
    if hooks.raised:
        return t("{ran} ran, {failed} failed", ran=hooks.called, failed=hooks.raised)
    return tn("{n} ran", "{n} ran", hooks.called)


def span_words(low_s: float, high_s: float) -> str:
    """``60 – 94 s``; in minutes each with its own unit."""
    if high_s < 119.5:
        return t("{low} – {high} s", low=f"{low_s:.0f}", high=f"{high_s:.0f}")
    return t("{low} – {high}", low=lasting(low_s), high=lasting(high_s))


def headline(episode: Episode, now: float) -> str:
    """When, how long, and who gave way to whom."""
    length = lasting(max(0.0, (now if episode.ended_at is None else episode.ended_at) - episode.began_at))
    unseen = episode.unwatched is not None
    length = t("at least {length}", length=length) if unseen else length
    going_on = episode.ended_at is None
    state = t("going on for {length}", length=length) if going_on else t("over after {length}", length=length)
    began = clock_time(episode.began_at, now)
    parts = [t("first seen {at}", at=began) if unseen else began, state]
    return " · ".join(parts if _waits(episode) else [*parts, _who(episode)])


def _who(episode: Episode) -> str:
    who = f"{episode.old_primary} → {episode.new_primary}" if episode.new_primary else t("no takeover")
    if episode.bounce_s is None:
        return who
    return t("{change} and back after {length}", change=who, length=lasting(episode.bounce_s))


def _waits(episode: Episode) -> bool:
    return episode.ended_at is None and episode.new_primary is None


def facts(anatomy: Anatomy, cause: Cause) -> tuple[Fact, ...]:
    """The key numbers, the cause last."""
    episode = anatomy.episode
    return (
        _promoted(anatomy),
        _clients(episode),
        _expected(anatomy),
        Fact(t("Trigger"), TRIGGER_WORDS[episode.trigger]),
        _hooks(anatomy),
        _acknowledged(episode),
        Fact(
            t("Cause, most likely"),
            worded(cause.text),
            Tone.WARNING if cause.known else Tone.MUTED,
            "; ".join(worded(one) for one in (cause.text, *cause.grounds)),
        ),
    )


def _promoted(anatomy: Anatomy) -> Fact:
    after_s = anatomy.promoted_after_s
    if anatomy.episode.unwatched is not None:
        return _promoted_unwatched(anatomy, anatomy.episode.unwatched)
    if after_s is not None:
        length = lasting(after_s)
        if anatomy.episode.trigger in ORDERED:
            return Fact(t("Time to promote"), length, tip=t("{length} after the order", length=length))
        return Fact(t("Time to promote"), length, tip=t("{length} after the last heartbeat", length=length))
    if anatomy.promoted_at is not None:
        return Fact(
            t("Time to promote"), t("unknown"), Tone.MUTED, t("The last heartbeat before it is not known")
        )
    if none_is_due(anatomy):
        return Fact(t("Time to promote"), t("none is due"), Tone.MUTED, _no_reason(anatomy))
    return _not_promoted(anatomy)


def _not_promoted(anatomy: Anatomy) -> Fact:
    if anatomy.episode.cause == CUT_OFF:
        return Fact(t("Time to promote"), t("not known"), Tone.MUTED, t("We were cut off ourselves"))
    if anatomy.running:
        return Fact(
            t("Time to promote"), t("not yet, {length}", length=lasting(anatomy.length_s)), Tone.WARNING
        )
    return Fact(t("Time to promote"), t("no takeover"), Tone.MUTED)


def _promoted_unwatched(anatomy: Anatomy, gap: Gap) -> Fact:
    within, unseen = anatomy.promoted_within_s, unseen_words((gap,))
    tip = t(
        "not known: {why}; the takeover lies within the {length} nobody watched",
        why=unseen,
        length=lasting(gap.until_at - gap.from_at),
    )
    if within is None:
        return Fact(t("Time to promote"), t("not known"), Tone.MUTED, tip)
    return Fact(t("Time to promote"), span_words(*within), tip=tip)


def _clients(episode: Episode) -> Fact:
    lost_s = episode.clients_without_service_s
    caption = t("Clients without service")
    if lost_s is None:
        return Fact(caption, t("not judged"), Tone.MUTED, _NOT_JUDGED[episode.cause == CUT_OFF])
    if open_loss(episode) and episode.ended_at is None:
        return Fact(caption, t("still without"), Tone.CRITICAL)
    words, lost = outage_words(episode), bool(lost_s) or open_loss(episode)
    if not episode.unseen_s:
        tip = t("{words}, from the first look that failed to the first good one: within a round", words=words)
        return Fact(caption, words, Tone.CRITICAL if lost else Tone.OK, tip if lost else "")
    tip = t("{words}: nobody watched for {length} of it", words=words, length=lasting(episode.unseen_s))
    return Fact(caption, words, Tone.CRITICAL if lost else Tone.MUTED, tip)


def open_loss(episode: Episode) -> bool:
    """Clients had lost the service, and were not seen back."""
    return any(phase.name == Part.CLIENTS and phase.until_at is None for phase in episode.phases)


def outage_words(episode: Episode) -> str:
    """How long clients were without service, no more than was watched."""
    lost_s = episode.clients_without_service_s
    if lost_s is None:
        return t("not judged")
    if open_loss(episode) and episode.ended_at is not None:
        begun_at = next(phase.from_at for phase in episode.phases if phase.name == Part.CLIENTS)
        return t("at least {length}", length=lasting(max(lost_s, episode.ended_at - begun_at)))
    if lost_s:
        return t("at least {length}", length=lasting(lost_s)) if episode.unseen_s else lasting(lost_s)
    if episode.unwatched is not None:
        return t("not known")
    return t("none seen") if episode.unseen_s else t("none")


def _expected(anatomy: Anatomy) -> Fact:
    caption, expected = t("Expected here"), anatomy.episode.expected_takeover_s
    if expected is None:
        ordered = anatomy.episode.trigger in ORDERED
        return Fact(caption, t("at once: ordered") if ordered else t("unknown"), Tone.MUTED)
    words, measured = span_words(*expected), anatomy.episode.measured_takeover_s
    within = anatomy.promoted_within_s
    if within is not None and expected[0] <= within[0] and within[1] <= expected[1]:
        return Fact(caption, t("{span}: in time", span=words), Tone.OK)
    tip = t("{span} after the last heartbeat, by the group's settings", span=words)
    if measured is None:
        return Fact(caption, words, tip=tip)
    tip = t("{tip}; measured {length}", tip=tip, length=lasting(measured))
    if measured < expected[0]:
        return Fact(caption, t("{span}: early", span=words), Tone.WARNING, tip)
    if measured > expected[1]:
        return Fact(caption, t("{span}: late", span=words), Tone.WARNING, tip)
    return Fact(caption, t("{span}: in time", span=words), Tone.OK, tip)


def _hooks(anatomy: Anatomy) -> Fact:
    if not anatomy.hooks.called and anatomy.bar(Part.HOOKS).from_at is not None:
        tip = t("The node's own record tells of calls; nobody watched them return")
        return Fact(t("Hooks"), t("ran unwatched"), Tone.TEXT, tip)
    tone = Tone.WARNING if anatomy.hooks.raised else Tone.TEXT if anatomy.hooks.called else Tone.MUTED
    return Fact(t("Hooks"), hook_words(anatomy), tone, "\n".join(map(worded, anatomy.hooks.sentences)))


def _acknowledged(episode: Episode) -> Fact:
    word = episode.acknowledged
    if word is None:
        return Fact(t("Acknowledged"), t("not yet"), Tone.MUTED, t("Acknowledge it with A"))
    return Fact(
        t("Acknowledged"),
        t("by {who}", who=word.who),
        tip=t("{who} at {at}: {why}", who=word.who, at=full_time(word.at), why=word.why),
    )


def as_text(group: str, anatomy: Anatomy, cause: Cause) -> str:
    """All of it in lines, to be pasted into a ticket."""
    return "\n".join(_lines(group, anatomy, cause))


def spoken(anatomy: Anatomy, cause: Cause) -> str:
    """All of it in a sentence each, for who cannot see the picture."""
    return " ".join(f"{line.strip()}." for line in _lines("", anatomy, cause) if line.strip())


def _lines(group: str, anatomy: Anatomy, cause: Cause) -> Iterator[str]:
    episode = anatomy.episode
    line, number, began = headline(episode, anatomy.now), episode.number, full_time(episode.began_at)
    if group:
        yield t("Episode {number} of {group}: {headline}", number=number, group=group, headline=line)
    else:
        yield t("Episode {number}: {headline}", number=number, headline=line)
    yield t("First seen {at}", at=began) if episode.unwatched is not None else t("Began {at}", at=began)
    for bar in anatomy.bars:
        said = told(bar, anatomy)
        words = said.words
        if bar.from_at is not None and bar.part is not Part.BEAT:
            words = t("{length} from {at}", length=words, at=clock_time(bar.from_at))
        yield f"  {said.title}: {words}"
    for fact in facts(anatomy, cause):
        yield f"{fact.caption}: {fact.value}"
    yield from (f"  {worded(sentence)}" for sentence in anatomy.hooks.sentences)
    if episode.acknowledged is not None:
        yield f"  {episode.acknowledged.why}"
