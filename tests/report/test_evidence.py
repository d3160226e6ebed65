"""Raw evidence as text: whole, in order, and never of later than the moment shown."""

from __future__ import annotations

from agmonitor.domain.evidence import Evidence, Exchange
from agmonitor.domain.state import LedgerRow
from agmonitor.report.evidence import newest, rests_on, text_of

T = 1_767_603_600.0
GATEWAY = Evidence(
    T,
    "gw-1",
    "group",
    "http_status",
    "gw-1 answers with HTTP 502.",
    (
        Exchange(
            "GET https://192.0.2.11/ag/api/v1/group",
            0.1,
            12.34,
            "HTTP 502",
            (("Server", "proxy"),),
            "<h1>Bad\n</h1>",
            5000,
        ),
    ),
    T + 60,
    30,
)
DNS = Evidence(
    T + 5, "dns", "host record", "timeout", "no answer", (Exchange("A g.example.net from 192.0.2.53:53", 0),)
)
OTHER = Evidence(T + 2, "gw-10", "group", "refused", "")


def row(number: int, condition: str, evidence: str = "") -> LedgerRow:
    return LedgerRow(number, "x", condition, "", "", None, evidence, T)


def test_all_of_it_is_told() -> None:
    assert text_of([GATEWAY, DNS]).splitlines() == [
        "gw-1 · group · http status · 09:00:00 UTC, 30 times until 09:01:00 UTC",
        "  gw-1 answers with HTTP 502.",
        "  → GET https://192.0.2.11/ag/api/v1/group  (after 0.1 ms, took 12.3 ms)",
        "  ← HTTP 502",
        "    Server: proxy",
        "    body, 5000 bytes, the first 13 characters:",
        "    | <h1>Bad",
        "    | </h1>",
        "",
        "dns · host record · timeout · 09:00:05 UTC",
        "  no answer",
        "  → A g.example.net from 192.0.2.53:53  (after 0.0 ms, never ended)",
    ]


def test_the_last_failure_of_each_by_then_and_nothing_later() -> None:
    earlier = Evidence(T - 9, "gw-1", "group", "timeout", "")

    found = newest([earlier, GATEWAY, OTHER, DNS], T + 4)

    assert [(one.subject, one.answer) for one in found] == [("gw-1", "http_status"), ("gw-10", "refused")]
    assert "again and again until 09:00:04" in text_of(found)
    assert "30 times" not in text_of(found)


def test_a_row_rests_on_the_probes_of_whom_it_names() -> None:
    found = [GATEWAY, OTHER, DNS, Evidence(T, "clients", "visit", "refused", "")]

    def subjects(one: LedgerRow) -> list[str]:
        return [each.subject for each in rests_on(one, found)]

    assert subjects(row(11, "gw-1: its answer", "gw-1 at 09:00:00 UTC")) == ["gw-1"]
    assert subjects(row(3, "neither is heard", "gw-1 at 09:00:00 UTC, gw-10 at 09:00:02 UTC")) == [
        "gw-1",
        "gw-10",
    ]
    assert subjects(row(28, "the server answers", "192.0.2.53:53 at 09:00:05 UTC")) == ["dns"]
    assert subjects(row(23, "the client path fails")) == ["clients"]
    assert subjects(row(27, "a resolver answers the old address")) == []
