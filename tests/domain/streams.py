"""Random inputs for property tests: any stream a prober could give, and some it could not."""

from __future__ import annotations

from hypothesis import strategies as st

from agmonitor.domain.model import (
    Answer,
    Configuration,
    DnsAnswer,
    DnsLink,
    HeartbeatMethod,
    Members,
    Role,
)
from agmonitor.domain.observations import (
    Acknowledged,
    ClientObservation,
    DnsObservation,
    FailoverOrdered,
    Gap,
    GapReason,
    Hook,
    HookCall,
    HookOutcome,
    HooksObservation,
    Input,
    LoadObservation,
    NodeObservation,
    NodeReport,
    ResolverObservation,
    Tick,
)
from tests.builders import FQDN, T

NODES = st.sampled_from(["gw-1", "gw-2", "gw-1", "gw-2", "nobody"])
NEAR = st.integers(-200, 200).map(lambda s: T + s / 2)
WILD = st.sampled_from([0.0, -1e15, 1e300, float("nan"), float("inf"), 1e11])
AT = st.one_of(*[NEAR] * 20, WILD)
STAMP = st.one_of(st.none(), *[NEAR] * 10, WILD)
SECONDS = st.one_of(
    st.none(), st.sampled_from([2, 3, 6, 20, 30, 60]), st.integers(-5, 10**12), st.just(10**400)
)
ADDRESSES = st.sampled_from(["192.0.2.11", "192.0.2.12", "198.51.100.7"])


def _configurations() -> st.SearchStrategy[Configuration]:
    return st.builds(
        Configuration,
        SECONDS,
        SECONDS,
        SECONDS,
        SECONDS,
        st.none() | ADDRESSES,
        st.none() | st.just(443),
        st.sampled_from([None, "http", "https"]),
        st.sampled_from([None, FQDN, "other.example"]),
        st.sampled_from([None, "ag", "b"]),
        st.sampled_from([None, "hmac-sha512"]),
    )


def _reports() -> st.SearchStrategy[NodeReport]:
    return st.builds(
        NodeReport,
        st.sampled_from(Role),
        st.none() | st.sampled_from(HeartbeatMethod),
        STAMP,
        STAMP,
        st.none() | st.sampled_from(DnsLink),
        st.none() | st.builds(Members, st.none() | ADDRESSES, st.none() | ADDRESSES),
        st.none() | _configurations(),
    )


ANSWERS = st.one_of(st.just(Answer.OK), st.sampled_from(Answer))
FLOATS = st.none() | st.floats(allow_nan=True)
CALLS = st.builds(
    HookCall,
    st.just("w"),
    st.just("w.f"),
    st.none() | st.sampled_from(Role),
    st.sampled_from(Role),
    NEAR,
    st.none() | st.just(3.0) | st.just(1e6),
    st.sampled_from(HookOutcome),
    st.just(""),
    st.sampled_from(["", "w.py:1"]),
    st.none() | st.just(1e6),
    st.sampled_from([0, 1]),
)
SUBSCRIBED = st.builds(
    Hook,
    st.just("w"),
    st.just("w.f"),
    st.just("w.py:1"),
    st.just(""),
    st.none() | NEAR,
    st.sampled_from([1, 2]),
)

INPUTS: st.SearchStrategy[Input] = st.one_of(
    st.builds(
        NodeObservation,
        NODES,
        AT,
        AT,
        ANSWERS,
        st.just(""),
        FLOATS,
        st.none() | _reports(),
        STAMP,
        st.none(),
        STAMP,
    ),
    st.builds(
        NodeObservation,
        NODES,
        NEAR,
        NEAR,
        st.just(Answer.OK),
        st.just(""),
        st.just(1.0),
        _reports(),
        st.none() | NEAR,
    ),
    st.builds(LoadObservation, NODES, AT, AT, ANSWERS, st.just(""), FLOATS, STAMP, STAMP),
    st.builds(
        DnsObservation,
        AT,
        AT,
        st.sampled_from(DnsAnswer),
        st.just(""),
        FLOATS,
        st.sampled_from([None, "192.0.2.53:53"]),
        st.lists(ADDRESSES, max_size=2).map(tuple),
        SECONDS,
        STAMP,
        st.booleans(),
    ),
    st.builds(
        ResolverObservation,
        st.sampled_from(["system", "192.0.2.54:53"]),
        AT,
        AT,
        st.sampled_from(DnsAnswer),
        st.just(""),
        st.lists(ADDRESSES, max_size=2).map(tuple),
        SECONDS,
    ),
    st.builds(ClientObservation, AT, AT, ANSWERS, st.just(""), FLOATS, st.none() | ADDRESSES),
    st.builds(
        HooksObservation,
        NODES,
        AT,
        AT,
        ANSWERS,
        st.just(""),
        st.lists(SUBSCRIBED, max_size=2).map(tuple),
        st.lists(CALLS, max_size=3).map(tuple),
        st.sampled_from([None, 404, 503]),
    ),
    st.builds(Tick, AT),
    st.builds(Gap, AT, AT, st.sampled_from(GapReason)),
    st.builds(FailoverOrdered, AT, NODES, st.just("why"), st.just("root")),
    st.builds(Acknowledged, AT, st.none() | st.integers(-1, 4), st.just("root"), st.just("seen")),
)
STREAMS = st.lists(INPUTS, max_size=25)


def in_order(stream: list[Input]) -> list[Input]:
    """Something like a real recording: the instants climb."""
    return sorted(stream, key=_instant)


def _instant(item: Input) -> float:
    match item:
        case Tick(at=at) | FailoverOrdered(at=at) | Acknowledged(at=at):
            return at if at == at else 0.0  # noqa: PLR0124 - not a number
        case Gap(until_at=at):
            return at if at == at else 0.0  # noqa: PLR0124 - not a number
        case _:
            at = item.received_at
            return at if at == at else 0.0  # noqa: PLR0124 - not a number
