"""What cards, rows and banner say, from states alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agmonitor.domain.model import Answer, DnsAnswer, HeartbeatMethod, Role, Severity
from agmonitor.domain.state import BeatAge, ClockOffset, GroupState
from agmonitor.domain.titles import title_of
from agmonitor.ui.group_facts import beside, counts, group_row
from agmonitor.ui.name_facts import Path, countdown, name_facts
from agmonitor.ui.node_facts import NodeFacts, node_facts
from agmonitor.ui.phrases import Tone, age, clock_time, limit, milliseconds, told_of
from tests.ui import staged


def card(
    state: GroupState, place: int = 0, *, later_s: float = 0.0, p99_ms: float | None = None
) -> NodeFacts:
    return node_facts(state, state.nodes[place], staged.NOW + later_s, p99_ms)


def fact(facts: NodeFacts, caption: str) -> tuple[str, Tone]:
    return next((one.value, one.tone) for one in facts.facts if one.caption == caption)


class TestPhrases:
    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (-3, "0 s"),
            (2.44, "2.4 s"),
            (59.4, "59 s"),
            (134, "2 min 14 s"),
            (3600, "1 h"),
        ],
    )
    def test_ages_are_rounded_as_the_verdicts_sentence_rounds_them(self, seconds: float, said: str) -> None:
        assert age(seconds) == said

    def test_ages_stand_at_the_sentences_instant_until_no_input_comes_any_more(self) -> None:
        assert told_of(100.0, 100.9) == 100.0
        assert told_of(100.0, 103.0) == 103.0
        assert told_of(100.0, 99.0) == 99.0

    def test_limits_keep_the_unit_they_are_set_in(self) -> None:
        assert limit(60.0) == "60 s"

    def test_findings_read_as_words(self) -> None:
        assert title_of("dns_points_elsewhere") == "DNS points elsewhere"
        assert title_of("no_standby") == "No standby"

    @pytest.mark.parametrize(("value", "said"), [(0.84, "0.8 ms"), (38.2, "38 ms"), (1400, "1.4 s")])
    def test_round_trips_are_short(self, value: float, said: str) -> None:
        assert milliseconds(value) == said

    def test_another_day_is_named(self) -> None:
        assert len(clock_time(staged.NOW - 2 * 86400, staged.NOW)) > len(clock_time(staged.NOW, staged.NOW))


class TestNodeFacts:
    def test_a_heard_node_tells_all_six_things(self) -> None:
        facts = card(staged.healthy(), p99_ms=61.0)

        assert (facts.badge, facts.tone, facts.alarmed) == ("PRIMARY", Tone.PRIMARY, False)
        assert fact(facts, "ANSWERS") == ("38 ms (p99 61)", Tone.OK)
        assert fact(facts, "LAST HEARTBEAT") == ("9.1 s ago", Tone.OK)
        assert fact(facts, "DNS LINK") == ("connected", Tone.OK)
        assert fact(facts, "LOAD SCORE") == ("0.24", Tone.TEXT)
        assert fact(facts, "CLOCK")[0].startswith("in step (±")

    def test_a_silent_node_tells_what_was(self) -> None:
        facts = card(staged.no_standby())

        assert (facts.badge, facts.tone, facts.alarmed) == ("NO ANSWER", Tone.CRITICAL, True)
        assert fact(facts, "ANSWERS") == ("refused 2 min 14 s", Tone.CRITICAL)
        assert fact(facts, "LAST ROLE") == ("primary", Tone.MUTED)
        assert fact(facts, "LOAD SCORE") == ("was 0.91", Tone.CRITICAL)
        assert fact(facts, "DNS LINK") == ("was connected", Tone.MUTED)

    def test_ages_go_on_without_a_new_answer(self) -> None:
        assert fact(card(staged.no_standby(), later_s=6), "ANSWERS")[0] == "refused 2 min 20 s"

    def test_a_heartbeat_by_dns_says_so(self) -> None:
        assert fact(card(staged.no_standby(), 1), "LAST HEARTBEAT") == ("via DNS, 9.1 s ago", Tone.WARNING)

    def test_an_unreadable_node_names_the_reason(self) -> None:
        facts = card(staged.sign_in_refused())

        assert (facts.badge, facts.alarmed) == ("UNREADABLE", True)
        assert fact(facts, "ANSWERS") == ("sign-in refused", Tone.WARNING)
        assert fact(facts, "LAST ROLE")[0] == "never heard"

    def test_nothing_is_claimed_of_a_node_not_asked_yet(self) -> None:
        facts = card(staged.not_heard())

        assert facts.badge == "NOT HEARD YET"
        assert [one.value for one in facts.facts][:2] == ["not asked yet", "never heard"]

    def test_two_primaries_are_both_alarmed(self) -> None:
        assert all(card(staged.two_primaries(), place).alarmed for place in (0, 1))

    def test_no_primary_alarms_both_as_well(self) -> None:
        state = staged.healthy()
        nobody = staged.verdict(2, "no_primary", Severity.CRITICAL, "Nobody is Primary.")
        nodes = (staged.heard(staged.ONE, Role.SECONDARY), staged.heard(staged.TWO, Role.SECONDARY))

        cards = [card(replace(state, verdict=nobody, nodes=nodes), place) for place in (0, 1)]

        assert [(one.alarmed, one.tone) for one in cards] == [(True, Tone.CRITICAL)] * 2

    def test_no_node_is_blamed_while_we_are_the_isolated_one(self) -> None:
        state = staged.no_standby()
        us = staged.verdict(21, "observer_isolated", Severity.UNKNOWN, "We are cut off.")

        facts = card(replace(state, verdict=us))

        assert (facts.badge, facts.tone, facts.alarmed) == ("NO ANSWER", Tone.UNKNOWN, False)
        assert fact(facts, "ANSWERS")[1] is Tone.UNKNOWN

    def test_an_overloaded_node_stands_out(self) -> None:
        assert fact(card(staged.two_primaries(), 1), "LOAD SCORE") == ("0.62", Tone.WARNING)

    @pytest.mark.parametrize(
        ("low_s", "high_s", "said"),
        [
            (-0.3, 0.26, "in step (±0.3 s)"),
            (-0.1, 0.9, "in step (±0.5 s)"),
            (0.7, 1.7, "+1.2 s ±0.5"),
            (-0.06, -0.02, "in step (±0.1 s)"),  # never "-0.0 s"
            (-400.0, 1.0, "unsure, ±200 s"),
            (-420.0, -400.0, "-410 s ±10.0"),
        ],
    )
    def test_a_clock_is_off_only_where_that_is_known(self, low_s: float, high_s: float, said: str) -> None:
        state = staged.healthy()
        node = replace(state.nodes[0], offset=ClockOffset(low_s, high_s, staged.NOW))

        assert fact(node_facts(state, node, staged.NOW), "CLOCK")[0] == said

    def test_the_text_twin_holds_every_value(self) -> None:
        facts = card(staged.healthy())

        assert all(one.value in facts.spoken for one in facts.facts)


class TestNameFacts:
    def test_the_arrow_goes_to_the_node_the_record_names(self) -> None:
        assert name_facts(staged.healthy(), staged.NOW).points_to == 0
        assert name_facts(staged.no_standby(), staged.NOW).points_to == 1

    def test_a_stranger_in_the_record_is_an_alarm(self) -> None:
        state = replace(staged.healthy(), dns=staged.record(None))

        facts = name_facts(state, staged.NOW)

        assert (facts.points_to, facts.record_tone) == (None, Tone.CRITICAL)
        assert "neither node" in facts.record

    def test_a_name_that_is_gone_says_so(self) -> None:
        dns = replace(staged.record(staged.ONE), answer=DnsAnswer.NXDOMAIN, addresses=())

        assert name_facts(replace(staged.healthy(), dns=dns), staged.NOW).record == "no such name"

    def test_no_dns_witness_is_no_alarm(self) -> None:
        dns = replace(staged.record(staged.ONE), server=None, answer=DnsAnswer.TIMEOUT)

        facts = name_facts(replace(staged.healthy(), dns=dns), staged.NOW)

        assert (facts.record, facts.record_tone) == ("no DNS witness", Tone.NOTICE)

    def test_a_heartbeat_in_time_is_a_whole_line(self) -> None:
        facts = name_facts(staged.healthy(), staged.NOW)

        assert (facts.path, facts.sender) == (Path.DIRECT, 0)
        assert facts.heartbeat == "direct, 9 s ago (limit 60 s)"

    def test_a_heartbeat_by_dns_is_dashed(self) -> None:
        nodes = (
            staged.heard(staged.ONE, Role.PRIMARY),
            staged.heard(staged.TWO, Role.SECONDARY, method=HeartbeatMethod.DNS),
        )

        facts = name_facts(replace(staged.healthy(), nodes=nodes), staged.NOW)

        assert (facts.path, facts.path_tone) == (Path.BY_DNS, Tone.WARNING)

    def test_silence_past_the_limit_is_red_and_crossed_out(self) -> None:
        facts = name_facts(staged.no_standby(), staged.NOW)

        assert (facts.path, facts.path_tone) == (Path.NONE, Tone.CRITICAL)
        assert facts.heartbeat == "none for 2 min 31 s (limit 60 s)"

    def test_late_turns_critical_while_one_looks(self) -> None:
        state = staged.primary_silent()

        assert name_facts(state, staged.NOW).path_tone is Tone.WARNING
        assert name_facts(state, staged.NOW + 20).path_tone is Tone.CRITICAL

    @pytest.mark.parametrize(
        ("later_s", "said"),
        [
            (0, "takeover in 16 s to 50 s"),
            (20, "takeover now, within 30 s"),
            (60, "takeover overdue for 10 s"),
        ],
    )
    def test_the_countdown_runs(self, later_s: float, said: str) -> None:
        assert countdown(staged.primary_silent(), staged.NOW + later_s) == said

    def test_the_countdown_is_on_our_clock(self) -> None:
        state = staged.primary_silent()
        assert state.window is not None
        ahead = replace(state, window=replace(state.window, offset_s=10.0))

        assert countdown(ahead, staged.NOW) == "takeover in 6 s to 40 s"

    def test_a_healthy_group_counts_nothing_down(self) -> None:
        assert countdown(staged.healthy(), staged.NOW) == ""

    def test_without_a_known_beat_nothing_is_claimed(self) -> None:
        facts = name_facts(replace(staged.healthy(), beat=None), staged.NOW)

        assert (facts.path, facts.heartbeat) == (Path.UNKNOWN, "none known")

    def test_a_beat_known_from_txt_alone_came_by_dns(self) -> None:
        beat = BeatAge(3.0, staged.NOW - 3, 22.5, "txt")

        assert name_facts(replace(staged.no_standby(), beat=beat), staged.NOW).path is Path.BY_DNS

    def test_a_secondary_that_hears_directly_is_believed_while_txt_is_newer(self) -> None:
        state = replace(staged.healthy(), beat=BeatAge(1.0, staged.NOW - 1, 22.5, "txt"))

        assert name_facts(state, staged.NOW).path is Path.DIRECT


class TestGroupRows:
    def test_a_row_says_word_and_primary(self) -> None:
        row = group_row(staged.healthy(), staged.NOW)

        assert (row.severity, row.line) == (Severity.OK, "Healthy · gw-tor-1 primary")

    def test_a_recent_failover_is_named(self) -> None:
        assert group_row(staged.no_standby(), staged.NOW).line == "No standby · failover 2 min ago"

    def test_worst_come_first_and_the_lab_last_among_equals(self) -> None:
        lab = staged.healthy(staged.settings("a-lab", lab=True))
        states = [
            staged.healthy(),
            lab,
            staged.no_standby(),
            staged.two_primaries(),
            staged.sign_in_refused(),
        ]

        ordered = sorted((group_row(state, staged.NOW) for state in states), key=lambda row: row.order)

        assert [row.word for row in ordered] == [
            "Two primaries",
            "Cannot read node",
            "No standby",
            "Healthy",
            "Healthy",
        ]
        assert ordered[-1].lab

    @pytest.mark.parametrize(
        ("severities", "said"),
        [
            ([Severity.OK, Severity.NOTICE], "all well"),
            ([Severity.WARNING, Severity.CRITICAL, Severity.WARNING], "1 critical · 2 warning"),
            ([Severity.WARNING, Severity.CRITICAL, Severity.UNKNOWN], "1 critical · 1 unknown · 1 more"),
        ],
    )
    def test_counts_name_the_worst(self, severities: list[Severity], said: str) -> None:
        assert counts(severities) == said

    def test_findings_beside_the_verdict_are_told(self) -> None:
        assert beside(staged.primary_silent()) == ("Risky settings: The scheme is http.",)
        assert beside(staged.healthy()) == ()


def test_every_answer_has_a_word() -> None:
    for answer in Answer:
        last = replace(staged.sign_in_refused().nodes[0].last, answer=answer)  # type: ignore[type-var]
        node = replace(staged.sign_in_refused().nodes[0], last=last)

        assert node_facts(staged.sign_in_refused(), node, staged.NOW).facts[0].value
