"""The words of an episode's anatomy: titles, lengths, key numbers, and the whole of it as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agmonitor.domain.anatomy import ORDERED, Absent, Anatomy, Bar, Part
from agmonitor.domain.causes import CUT_OFF, Cause
from agmonitor.domain.events import Episode, Trigger
from agmonitor.domain.observations import Gap
from agmonitor.domain.words import duration
from agmonitor.ui.gaps import GAP_WORDS
from agmonitor.ui.phrases import Fact, Tone, clock_time, full_time

TRIGGER_WORDS = {
    Trigger.AUTOMATIC: "automatic",
    Trigger.ORDERED_HERE: "ordered here",
    Trigger.ORDERED_ELSEWHERE: "ordered elsewhere",
    Trigger.UNKNOWN: "unknown",
}
AT_ONCE_S = 0.05
_ABSENT = {
    Absent.WAITED_FOR: "not yet",
    Absent.NOT_SEEN: "not seen",
    Absent.NOT_JUDGED: "not judged",
    Absent.NO_LOSS: "no loss seen",
    Absent.NO_SILENCE: "none: the old Primary answered",
    Absent.NO_CHANGE: "there was no takeover",
}
_NOT_JUDGED = {False: "the client's path is not watched", True: "we were cut off ourselves"}


@dataclass(frozen=True, slots=True)
class Told:
    """One bar's words, in full and as short as they can be."""

    title: str
    words: str
    brief: str


def title_of_part(part: Part, anatomy: Anatomy) -> str:
    """What the part is, of this episode."""
    new = anatomy.episode.new_primary
    takes = "takes the role" if anatomy.episode.trigger in ORDERED else "promotes itself"
    return {
        Part.BEAT: "Last heartbeat",
        Part.SILENCE: "Silence",
        Part.PROMOTION: f"{new} {takes}" if new is not None else "Takeover",
        Part.RECORD: "DNS record moves",
        Part.HOOKS: "Hooks run",
        Part.CLIENTS: "Clients without service",
        Part.STANDBY: "Standby back",
    }[part]


def told(bar: Bar, anatomy: Anatomy) -> Told:
    """The words beside a bar, or in its place."""
    title = title_of_part(bar.part, anatomy)
    if bar.from_at is None or bar.length_s is None:
        words = _absent_words(bar, anatomy)
        gap = bar.absent is Absent.IN_A_GAP and bar.unseen
        return Told(title, words, unseen_words(bar.unseen) if gap else words.partition(":")[0])
    length = "at once" if bar.length_s < AT_ONCE_S and not bar.running else duration(bar.length_s)
    if bar.running:
        since = " since it was seen" if anatomy.episode.unwatched is not None else " so far"
        return Told(title, f"{length}{since}", f"{length} …")
    words = _over_words(bar, anatomy, length)
    if bar.unseen:
        words = f"{words} · {unseen_words(bar.unseen)}"
    brief = clock_time(bar.from_at) if bar.part is Part.BEAT else length
    return Told(title, words, brief)


def _absent_words(bar: Bar, anatomy: Anatomy) -> str:
    if bar.part is Part.HOOKS and anatomy.hooks.called:
        return hook_words(anatomy)
    if bar.absent is Absent.IN_A_GAP:
        return f"not observed: {unseen_words(bar.unseen)}"
    if bar.part is Part.PROMOTION and (words := _no_promotion_words(bar, anatomy)):
        return words
    if bar.part is Part.HOOKS and bar.absent is Absent.NOT_SEEN:
        return "no call seen"
    why = f": {_NOT_JUDGED[anatomy.episode.cause == CUT_OFF]}" if bar.absent is Absent.NOT_JUDGED else ""
    return f"{_ABSENT[bar.absent]}{why}" if bar.absent is not None else ""


def _no_promotion_words(bar: Bar, anatomy: Anatomy) -> str:
    """What is to be expected while none was seen; empty: nothing more is known of it."""
    if bar.absent is Absent.WAITED_FOR and anatomy.due is not None:
        return due_words(anatomy.due[0] - anatomy.now, anatomy.due[1] - anatomy.now)
    if bar.absent is Absent.WAITED_FOR and anatomy.episode.cause == CUT_OFF:
        return "not known from here"
    if bar.absent is Absent.WAITED_FOR and none_is_due(anatomy):
        return f"none is due: {_no_reason(anatomy)}"
    return f"seen at {clock_time(anatomy.promoted_at)}" if anatomy.promoted_at is not None else ""


def none_is_due(anatomy: Anatomy) -> bool:
    """Whether an episode goes on in which nobody has reason to take over."""
    knows = anatomy.episode.expected_takeover_s is not None and anatomy.episode.cause != CUT_OFF
    return anatomy.running and knows and anatomy.due is None and anatomy.promoted_at is None


def _no_reason(anatomy: Anatomy) -> str:
    silent = anatomy.bar(Part.SILENCE).from_at is not None
    return "no Secondary is heard" if silent else "heartbeats go on"


def due_words(opens_s: float, closes_s: float) -> str:
    """The countdown to a takeover: ``in 12 – 31 s``, ``due now, within 8 s``, ``overdue for 3 s``."""
    if closes_s < 0:
        return f"overdue for {duration(-closes_s)}"
    return f"due now, within {duration(closes_s)}" if opens_s <= 0 else f"in {span_words(opens_s, closes_s)}"


def _over_words(bar: Bar, anatomy: Anatomy, length: str) -> str:
    assert bar.from_at is not None
    at_once = length == "at once"
    words = {
        Part.BEAT: f"{clock_time(bar.from_at)}, {length} before the first sign",
        Part.SILENCE: _silence_words(anatomy, length),
        Part.PROMOTION: "seen at once" if at_once else f"seen within {length}",
        Part.RECORD: "with the promotion" if at_once else length,
        Part.HOOKS: _hooks_over_words(bar, anatomy, length),
        Part.CLIENTS: f"at least {length}" if open_loss(anatomy.episode) else length,
        Part.STANDBY: length if at_once else f"{length} after the promotion",
    }
    return words[bar.part]


def _silence_words(anatomy: Anatomy, length: str) -> str:
    expected = anatomy.episode.expected_takeover_s
    if anatomy.episode.unwatched is not None:
        return f"at most {length}"
    if anatomy.promoted_at is None:
        return f"at most {length}; no takeover came of it"
    return length if expected is None else f"{length} (limit {duration(expected[0])} after the beat)"


def _hooks_over_words(bar: Bar, anatomy: Anatomy, length: str) -> str:
    """Of calls that were over before we asked only what the node's own record says."""
    if anatomy.hooks.called:
        return hook_words(anatomy) if length == "at once" else f"{hook_words(anatomy)}, {length}"
    return f"at {clock_time(bar.from_at or 0.0)}, by {anatomy.episode.new_primary}'s own record"


def unseen_words(gaps: tuple[Gap, ...]) -> str:
    """``asleep 40 s``; several at once as their sum."""
    total_s = sum(gap.until_at - gap.from_at for gap in gaps)
    reasons = list(dict.fromkeys(GAP_WORDS[gap.reason] for gap in gaps))
    return f"{', '.join(reasons)} {duration(total_s)}"


def hook_words(anatomy: Anatomy) -> str:
    """``2 ran, 1 failed``; whatever did not return counts as failed."""
    hooks = anatomy.hooks
    if not hooks.called:
        return "none seen"
    return f"{hooks.called} ran, {hooks.raised} failed" if hooks.raised else f"{hooks.called} ran"


def span_words(low_s: float, high_s: float) -> str:
    """``60 – 94 s``; in minutes each with its own unit."""
    if high_s < 119.5:
        return f"{low_s:.0f} – {high_s:.0f} s"
    return f"{duration(low_s)} – {duration(high_s)}"


def headline(episode: Episode, now: float) -> str:
    """When, how long, and who gave way to whom."""
    length = duration(max(0.0, (now if episode.ended_at is None else episode.ended_at) - episode.began_at))
    unseen = episode.unwatched is not None
    length = f"at least {length}" if unseen else length
    state = f"going on for {length}" if episode.ended_at is None else f"over after {length}"
    who = f" · {episode.old_primary} → {episode.new_primary}" if episode.new_primary else " · no takeover"
    if episode.bounce_s is not None:
        who += f" and back after {duration(episode.bounce_s)}"
    first = "first seen " if unseen else ""
    return f"{first}{clock_time(episode.began_at, now)} · {state}{who if not _waits(episode) else ''}"


def _waits(episode: Episode) -> bool:
    return episode.ended_at is None and episode.new_primary is None


def facts(anatomy: Anatomy, cause: Cause) -> tuple[Fact, ...]:
    """The key numbers, the cause last."""
    episode = anatomy.episode
    return (
        _promoted(anatomy),
        _clients(episode),
        _expected(anatomy),
        Fact("Trigger", TRIGGER_WORDS[episode.trigger]),
        _hooks(anatomy),
        _acknowledged(episode),
        Fact(
            "Cause, most likely",
            cause.text,
            Tone.WARNING if cause.known else Tone.MUTED,
            "; ".join((cause.text, *cause.grounds)),
        ),
    )


def _promoted(anatomy: Anatomy) -> Fact:
    after_s = anatomy.promoted_after_s
    since = "the order" if anatomy.episode.trigger in ORDERED else "the last heartbeat"
    if anatomy.episode.unwatched is not None:
        return _promoted_unwatched(anatomy, anatomy.episode.unwatched)
    if after_s is not None:
        return Fact("Time to promote", duration(after_s), tip=f"{duration(after_s)} after {since}")
    if anatomy.promoted_at is not None:
        return Fact("Time to promote", "unknown", Tone.MUTED, "The last heartbeat before it is not known")
    if none_is_due(anatomy):
        return Fact("Time to promote", "none is due", Tone.MUTED, _no_reason(anatomy))
    return _not_promoted(anatomy)


def _not_promoted(anatomy: Anatomy) -> Fact:
    if anatomy.episode.cause == CUT_OFF:
        return Fact("Time to promote", "not known", Tone.MUTED, "We were cut off ourselves")
    if anatomy.running:
        return Fact("Time to promote", f"not yet, {duration(anatomy.length_s)}", Tone.WARNING)
    return Fact("Time to promote", "no takeover", Tone.MUTED)


def _promoted_unwatched(anatomy: Anatomy, gap: Gap) -> Fact:
    within, unseen = anatomy.promoted_within_s, unseen_words((gap,))
    tip = f"not known: {unseen}; the takeover lies within the {duration(gap.until_at - gap.from_at)}"
    tip += " nobody watched"
    if within is None:
        return Fact("Time to promote", "not known", Tone.MUTED, tip)
    return Fact("Time to promote", span_words(*within), tip=tip)


def _clients(episode: Episode) -> Fact:
    lost_s = episode.clients_without_service_s
    caption = "Clients without service"
    if lost_s is None:
        return Fact(caption, "not judged", Tone.MUTED, _NOT_JUDGED[episode.cause == CUT_OFF])
    if open_loss(episode) and episode.ended_at is None:
        return Fact(caption, "still without", Tone.CRITICAL)
    words, lost = outage_words(episode), bool(lost_s) or open_loss(episode)
    if not episode.unseen_s:
        return Fact(caption, words, Tone.CRITICAL if lost else Tone.OK)
    tip = f"{words}: nobody watched for {duration(episode.unseen_s)} of it"
    return Fact(caption, words, Tone.CRITICAL if lost else Tone.MUTED, tip)


def open_loss(episode: Episode) -> bool:
    """Clients had lost the service, and were not seen back."""
    return any(phase.name == Part.CLIENTS and phase.until_at is None for phase in episode.phases)


def outage_words(episode: Episode) -> str:
    """How long clients were without service, no more than was watched."""
    lost_s = episode.clients_without_service_s
    if lost_s is None:
        return "not judged"
    if open_loss(episode) and episode.ended_at is not None:
        begun_at = next(phase.from_at for phase in episode.phases if phase.name == Part.CLIENTS)
        return f"at least {duration(max(lost_s, episode.ended_at - begun_at))}"
    if lost_s:
        return f"at least {duration(lost_s)}" if episode.unseen_s else duration(lost_s)
    if episode.unwatched is not None:
        return "not known"
    return "none seen" if episode.unseen_s else "none"


def _expected(anatomy: Anatomy) -> Fact:
    caption, expected = "Expected here", anatomy.episode.expected_takeover_s
    if expected is None:
        ordered = anatomy.episode.trigger in ORDERED
        return Fact(caption, "at once: ordered" if ordered else "unknown", Tone.MUTED)
    words, measured = span_words(*expected), anatomy.episode.measured_takeover_s
    within = anatomy.promoted_within_s
    if within is not None and expected[0] <= within[0] and within[1] <= expected[1]:
        return Fact(caption, f"{words}: in time", Tone.OK)
    tip = f"{words} after the last heartbeat, by the group's settings"
    if measured is None:
        return Fact(caption, words, tip=tip)
    if measured < expected[0]:
        return Fact(caption, f"{words}: early", Tone.WARNING, f"{tip}; measured {duration(measured)}")
    late = measured > expected[1]
    verdict, tone = ("late", Tone.WARNING) if late else ("in time", Tone.OK)
    return Fact(caption, f"{words}: {verdict}", tone, f"{tip}; measured {duration(measured)}")


def _hooks(anatomy: Anatomy) -> Fact:
    if not anatomy.hooks.called and anatomy.bar(Part.HOOKS).from_at is not None:
        tip = "The node's own record tells of calls; nobody watched them return"
        return Fact("Hooks", "ran unwatched", Tone.TEXT, tip)
    tone = Tone.WARNING if anatomy.hooks.raised else Tone.TEXT if anatomy.hooks.called else Tone.MUTED
    return Fact("Hooks", hook_words(anatomy), tone, "\n".join(anatomy.hooks.sentences))


def _acknowledged(episode: Episode) -> Fact:
    word = episode.acknowledged
    if word is None:
        return Fact("Acknowledged", "not yet", Tone.MUTED, "Acknowledge it with A")
    return Fact("Acknowledged", f"by {word.who}", tip=f"{word.who} at {full_time(word.at)}: {word.why}")


def as_text(group: str, anatomy: Anatomy, cause: Cause) -> str:
    """All of it in lines, to be pasted into a ticket."""
    return "\n".join(_lines(group, anatomy, cause))


def spoken(anatomy: Anatomy, cause: Cause) -> str:
    """All of it in a sentence each, for who cannot see the picture."""
    return " ".join(f"{line.strip()}." for line in _lines("", anatomy, cause) if line.strip())


def _lines(group: str, anatomy: Anatomy, cause: Cause) -> Iterator[str]:
    episode = anatomy.episode
    of = f" of {group}" if group else ""
    yield f"Episode {episode.number}{of}: {headline(episode, anatomy.now)}"
    began = "First seen" if episode.unwatched is not None else "Began"
    yield f"{began} {full_time(episode.began_at)}"
    for bar in anatomy.bars:
        said = told(bar, anatomy)
        from_at = f" from {clock_time(bar.from_at)}" if bar.from_at is not None else ""
        yield f"  {said.title}: {said.words}{from_at if bar.part is not Part.BEAT else ''}"
    for fact in facts(anatomy, cause):
        yield f"{fact.caption}: {fact.value}"
    yield from (f"  {sentence}" for sentence in anatomy.hooks.sentences)
    if episode.acknowledged is not None:
        yield f"  {episode.acknowledged.why}"
