"""``agmonitor history show``, ``note`` and ``acknowledge``: numbers that can be believed, words that stay."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agmonitor.domain.model import Answer, Role
from agmonitor.domain.observations import Input, instant_of
from agmonitor.history import no_history
from agmonitor.history.store import Store
from tests.builders import T, clients, dns, failed, heard, settings
from tests.cli.running import run
from tests.history.recorded import Change, changes, record

NO_DATE: dict[str, Any] = {"http_date": None}
DIES, TAKEN_OVER, BACK, ENDS = 200, 266, 290, 400


@functools.cache
def takeover() -> tuple[Change, ...]:
    """gw-1 dies, gw-2 takes over 66 s after the last heartbeat or so, and gw-1 comes back as Secondary."""
    return tuple(changes(settings(), _told()))


def _told() -> Iterator[Input]:
    for at in range(0, ENDS, 2):
        now = T + at
        dead = DIES <= at < BACK
        first = Role.PRIMARY if at < DIES else Role.SECONDARY
        second = Role.SECONDARY if at < TAKEN_OVER else Role.PRIMARY
        beat_age_s = at - DIES if dead and at < TAKEN_OVER else at % 20
        yield failed("gw-1", at=now) if dead else heard("gw-1", first, now, probe=NO_DATE, beat_age_s=2)
        yield heard("gw-2", second, now + 0.1, probe=NO_DATE, beat_age_s=beat_age_s)
        yield dns("gw-1" if at < TAKEN_OVER else "gw-2", now + 0.2, txt_age_s=beat_age_s)
        served = not DIES <= at < TAKEN_OVER
        names = "gw-1" if at < DIES else "gw-2"
        yield clients(now + 0.3, names=names) if served else clients(now + 0.3, Answer.REFUSED)


@pytest.fixture
def path(home: Path) -> Path:
    return home / "data" / "history.db"


def stamp(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat()


def span(session: tuple[Change, ...]) -> tuple[str, ...]:
    first, last = instant_of(session[0].input), instant_of(session[-1].input)
    return "--from", stamp(first), "--to", stamp(last + 1)


def shown(session: tuple[Change, ...], *more: str) -> dict[str, Any]:
    (group,) = json.loads(run("history", "show", "--json", *span(session), *more).out)["groups"]
    assert isinstance(group, dict)
    return group


def test_a_takeover_is_told_with_all_that_was_seen_of_it(path: Path) -> None:
    session = takeover()
    record(path, session)

    told = shown(session)

    (episode,) = session[-1].after.episodes
    assert [each["number"] for each in told["episodes"]] == [1]
    assert told["episodes"][0]["cause"] == episode.cause
    assert told["median_takeover_s"] == pytest.approx(episode.measured_takeover_s, abs=0.001)
    (outage,) = told["outages"]
    assert outage["length_s"] == pytest.approx(episode.clients_without_service_s, abs=0.1)
    assert (outage["episode"], outage["ending"], outage["cause"]) == (1, "back", episode.cause)
    service = told["service"]
    seen_s = service["coverage"]["observed_s"]
    assert (1 - service["share"]) * seen_s == pytest.approx(outage["length_s"], abs=5)
    assert [event["event"] for event in service["events"]] == ["clients_lost", "clients_returned"]
    assert told["watched"]["share"] > 0.99
    assert told["heartbeats"]["missed"] == sum(one["count"] for one in told["heartbeats"]["runs"])
    ids = [event.kind.value for one in session for event in one.events]
    for event in (*service["events"], *told["nodes"][0]["answered"]["events"]):
        assert ids[event["id"] - 1] == event["event"]


def test_what_was_not_watched_is_no_service_and_no_outage(path: Path) -> None:
    session = takeover()
    record(path, session)
    first = instant_of(session[0].input)

    group = json.loads(
        run("history", "show", "--json", "--from", stamp(first - 9_000), "--to", stamp(first - 1)).out
    )["groups"][0]

    assert group["service"]["share"] is None
    assert group["watched"]["observed_s"] == 0
    assert group["watched"]["unasked_s"] == 8_999
    text = run("history", "show", "--from", stamp(first - 9_000), "--to", stamp(first - 1)).out
    assert "Nothing was observed" in text


def test_the_text_is_for_a_person_on_call(path: Path) -> None:
    session = takeover()
    record(path, session)

    text = run("history", "show", "g", "--utc", *span(session)).out

    assert "as clients saw it; 1 outage" in text
    assert "gw-1 stopped answering (connection refused)" in text
    assert "took over in 66 s (expected 60 s to 94 s)" in text
    assert "not acknowledged" in text
    assert "UTC" in text.splitlines()[0]
    assert "100 %" not in text.split("service")[1].split("\n")[0]


def test_the_rows_for_a_spreadsheet_hold_the_same(path: Path) -> None:
    session = takeover()
    record(path, session)
    run("history", "note", "g", "=cmd()", "--at", stamp(instant_of(session[9].input)))

    rows = list(csv.DictReader(io.StringIO(run("history", "show", "--csv", *span(session)).out)))

    told = shown(session)
    by_kind = {row["kind"]: row for row in rows}
    assert float(by_kind["service"]["value"]) == told["service"]["share"]
    assert float(by_kind["outage"]["value"]) == told["outages"][0]["length_s"]
    assert by_kind["note"]["text"] == "'=cmd()"
    assert {row["group"] for row in rows} == {"g"}


def test_words_left_without_the_window_stand_with_the_episode(path: Path) -> None:
    session = takeover()
    record(path, session)

    at = stamp(instant_of(session[9].input))
    assert run("history", "note", "g", "rack 4", "--at", at).code == 0
    assert run("history", "acknowledge", "g", "1", "--why", "patched").code == 0
    nothing = run("history", "acknowledge", "g", "--why", "?")

    assert (nothing.code, "nothing explains" in nothing.err) == (2, True)
    assert run("history", "acknowledge", "g", "7", "--why", "?").code == 2
    told = shown(session)
    (mark,) = told["episodes"][0]["marks"]
    assert (mark["kind"], mark["text"]) == ("acknowledged", "patched")
    assert [note["text"] for note in told["notes"]] == ["rack 4"]
    assert run("history", "replay", "--check").code == 0


def test_while_another_writes_and_watches_nothing_a_note_is_kept_and_reading_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_history, "ANSWER_S", 0.1)
    session = takeover()[:300]
    record(path, session)
    at = "--at", stamp(instant_of(session[9].input))
    store = Store.open(path)
    try:
        kept = run("history", "note", "g", "late", *at)
        assert (kept.code, "keeps it" in kept.err) == (1, True)
        assert shown(session)["notes"] == []
    finally:
        store._jobs.put(None)
        store._thread.join()
    assert run("history", "note", "g", "later", *at).code == 0
    assert sorted(note["text"] for note in shown(session)["notes"]) == ["late", "later"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "--json", "--csv"),
        ("show", "--from", "2h", "--to", "3h"),
        ("show", "--from", "whenever"),
        ("show", "nobody"),
        ("note", "g", " "),
        ("note", "nobody", "text"),
        ("acknowledge", "g", "--why", " "),
        ("acknowledge", "g", "0", "--why", "x"),
        ("acknowledge", "g"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(path: Path, arguments: tuple[str, ...]) -> None:
    record(path, takeover()[:50])

    ran = run("history", *arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_nothing_recorded_yet_is_said() -> None:
    ran = run("history", "show")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


@pytest.mark.parametrize(
    "since", ["-24h", "24h", "yesterday", "today", "2026-11-22 03:12", "2026-11-22T03:12Z"]
)
def test_the_range_can_be_said_in_many_ways(path: Path, since: str) -> None:
    record(path, takeover()[:50])
    assert run("history", "show", "--from", since, "--to", "2027-06-01").code == 0


def test_a_time_without_a_zone_is_utc_where_that_is_asked(path: Path) -> None:
    record(path, takeover()[:50])
    asked = ("history", "show", "--json", "--from", "2026-11-22 03:12", "--to", "2026-11-23T00:00Z")
    told = json.loads(run(*asked, "--utc").out)
    assert told["groups"][0]["from"] == "2026-11-22T03:12:00Z"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("99:99", "'99:99' is no time (there is no hour 99). Give a time as "),
        ("03:14", "'03:14' is no time (it names no day). Give a time as "),
        ("2026-13-01", "(there is no month 13)"),
        ("soon", "'soon' is no time. Give a time as "),
    ],
)
def test_what_is_no_time_is_told_with_what_is_wrong_and_what_is_taken(typed: str, why: str) -> None:
    ran = run("history", "show", "--from", typed)

    assert ran.code != 0
    assert why in ran.err
