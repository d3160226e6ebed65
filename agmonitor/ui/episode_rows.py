"""Stored episodes as rows of a table, and the filter over them. Pure; the dialog shows what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agmonitor.domain.causes import likely_cause
from agmonitor.domain.events import Episode, Trigger
from agmonitor.domain.kept import KeptEpisode
from agmonitor.domain.model import Instant, Severity
from agmonitor.texts import t, worded
from agmonitor.ui.anatomy_words import TRIGGER_WORDS, outage_words
from agmonitor.ui.models import Column
from agmonitor.ui.phrases import Tone, clock_time, full_time, lasting, utc_time


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One episode as the list tells it; ``now`` dates a running one's length."""

    kept: KeptEpisode
    cause: str
    now: Instant

    @property
    def episode(self) -> Episode:
        return self.kept.episode

    @property
    def began(self) -> str:
        return clock_time(self.episode.began_at, self.now)

    @property
    def trigger(self) -> str:
        return TRIGGER_WORDS[self.episode.trigger]

    @property
    def change(self) -> str:
        episode = self.episode
        if episode.new_primary is None:
            old = episode.old_primary or t("nobody")
            return f"{old} → …" if episode.ended_at is None else t("{node}: no takeover", node=old)
        return f"{episode.old_primary or '?'} → {episode.new_primary}"

    @property
    def length(self) -> str:
        ended_at = self.episode.ended_at
        if ended_at is None:
            return f"{lasting(max(0.0, self.now - self.episode.began_at))} …"
        return lasting(max(0.0, ended_at - self.episode.began_at))

    @property
    def outage(self) -> str:
        return outage_words(self.episode)

    @property
    def acknowledged(self) -> str:
        """Who took note, or nobody."""
        mark, word = self.kept.acknowledged, self.episode.acknowledged
        return mark.who if mark is not None else word.who if word is not None else ""

    @property
    def why(self) -> str:
        mark, word = self.kept.acknowledged, self.episode.acknowledged
        return mark.text if mark is not None else word.why if word is not None else ""

    @property
    def words(self) -> str:
        """All that a filter's text is looked for in."""
        notes = " ".join(f"{mark.who} {mark.text}" for mark in self.kept.marks)
        told = (str(self.episode.number), self.began, self.trigger, self.change, self.cause, notes)
        return " ".join((*told, self.acknowledged, self.why, full_time(self.episode.began_at, fine=False)))


COLUMNS: tuple[Column[EpisodeRow], ...] = (
    Column(t("No."), lambda row: str(row.episode.number), width_px=44),
    Column(
        t("Began"),
        lambda row: row.began,
        tip=lambda row: full_time(row.episode.began_at),
        bold=lambda row: row.episode.ended_at is None,
        copied=lambda row: utc_time(row.episode.began_at),
    ),
    Column(t("Trigger"), lambda row: row.trigger),
    Column(t("Primary"), lambda row: row.change),
    Column(t("Length"), lambda row: row.length),
    Column(
        t("Outage"),
        lambda row: row.outage,
        tip=lambda row: t("Clients without service: {length}", length=row.outage),
        tone=lambda row: Tone.CRITICAL if row.episode.clients_without_service_s else Tone.MUTED,
        mark=lambda row: Severity.CRITICAL if row.episode.clients_without_service_s else None,
    ),
    Column(t("Cause, most likely"), lambda row: row.cause),
    Column(
        t("Acknowledged"),
        lambda row: row.acknowledged or t("not yet"),
        tone=lambda row: Tone.TEXT if row.acknowledged else Tone.WARNING,
        tip=lambda row: row.why or t("Nobody has taken note of it yet"),
    ),
)


@dataclass(frozen=True, slots=True)
class EpisodeFilter:
    """What a person wants to see; every part must hold."""

    text: str = ""
    trigger: Trigger | None = None  # None: all
    unacknowledged: bool = False
    since: Instant = 0.0

    def lets(self, row: EpisodeRow) -> bool:
        """Each word of the text must stand somewhere in the row."""
        episode = row.episode
        words = row.words.casefold()
        return (
            (self.trigger is None or episode.trigger is self.trigger)
            and not (self.unacknowledged and row.acknowledged)
            and (episode.ended_at is None or episode.ended_at >= self.since)
            and all(word in words for word in self.text.casefold().split())
        )


def episode_rows(kept: Iterable[KeptEpisode], now: Instant) -> list[EpisodeRow]:
    """Newest first."""
    rows = [EpisodeRow(one, worded(likely_cause(one.episode).text), now) for one in kept]
    return sorted(rows, key=lambda row: (row.episode.began_at, row.episode.number), reverse=True)


def filtered(rows: Sequence[EpisodeRow], wanted: EpisodeFilter) -> list[EpisodeRow]:
    return [row for row in rows if wanted.lets(row)]
