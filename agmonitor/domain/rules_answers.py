"""Findings 3, 11, 13, 20, 21 and 26: who answers at all, and what stands behind an answer."""

from __future__ import annotations

from agmonitor.domain import named
from agmonitor.domain.circumstances import LADEN, pair_broken, some_node_odd
from agmonitor.domain.conditions import Not, OfANode, Question, all_of, any_of, within
from agmonitor.domain.facts import Facts
from agmonitor.domain.model import Answer, Severity
from agmonitor.domain.phrases import (
    NONE,
    NOT_ASKED_AT_ALL,
    UNKNOWN,
    answer_of,
    answers_now,
    not_answering,
    seconds,
    seen,
    seen_both,
    seen_dns,
    word_of,
)
from agmonitor.domain.state import NodeState
from agmonitor.domain.words import duration, listed, number, sentences
from agmonitor.said import phrase

WHAT_TO_DO: dict[Answer, str] = {
    Answer.SIGN_IN_REFUSED: phrase("check the user and the password, then retry the sign-in"),
    Answer.FORBIDDEN: phrase("give the user's group the availability_group permission and sign in afresh"),
    Answer.TLS: phrase("check its certificate, or name the CA that signed it"),
    Answer.HTTP_STATUS: phrase("check the URL and the Gateway's log"),
    Answer.MALFORMED: phrase("check that the URL is a Gateway's, 22.11.1 or later"),
    Answer.TOO_LARGE: phrase("check that the URL is a Gateway's"),
    Answer.REDIRECTED: phrase("set the URL it redirects to, if that is the Gateway"),
}
NOTHING_CAME = phrase("its newest probe came back with nothing")
LOAD_WARNING = LADEN
LOAD_CRITICAL = 0.80
LOAD_FRESH_S = 60.0


# -- 3, 20, 21 ----------------------------------------------------------------------------------------------


def _refusing(f: Facts) -> int:
    return sum(node.last is not None and node.last.answer is Answer.REFUSED for node in f.silent)


BOTH_SILENT = Question(
    "neither node answers, twice running",
    lambda f: len(f.silent) == 2,
    answers_now,
    phrase("both"),
    seen_both,
)
BOTH_REFUSE = Question(
    "both refuse the connection",
    lambda f: _refusing(f) == 2,
    answers_now,
    phrase("both refused"),
    seen_both,
)
ONE_REFUSES = Question(
    "at least one refuses the connection",
    lambda f: _refusing(f) >= 1,
    answers_now,
    phrase("one refused"),
    seen_both,
)
TXT_LIVES = Question(
    "TXT is stamped after our first failed probe",
    lambda f: f.txt_life(),
    lambda f: seconds(f.txt_age_s),
    phrase("stamped since"),
    seen_dns,
)
TXT_DEAD = Question(
    "TXT is older than the allowed absence",
    lambda f: f.txt_age_s is not None and f.txt_age_s > f.timers.absence_s + f.txt_slack_s,
    lambda f: seconds(f.txt_age_s),
    lambda f: f"> {seconds(f.timers.absence_s + f.txt_slack_s)}",
    seen_dns,
)
LONG_LIFELESS = Question(
    "no sign of life for the absence and a check",
    lambda f: (f.lifeless_s() or 0.0) > f.timers.absence_s + f.timers.check_s + f.txt_slack_s,
    lambda f: seconds(f.lifeless_s()),
    lambda f: f"> {seconds(f.timers.absence_s + f.timers.check_s + f.txt_slack_s)}",
    seen_both,
)
TXT_NOT_LATE = Question(
    "single look: TXT is not late",
    lambda f: f.single_look and f.txt_age_s is not None and f.txt_age_s <= f.timers.report_s + f.txt_slack_s,
    lambda f: seconds(f.txt_age_s),
    lambda f: f"≤ {seconds(f.timers.report_s + f.txt_slack_s)}",
    seen_dns,
)
NOTHING_CAME_BACK = Question(
    "nothing came back from either node",
    lambda f: all(f.nothing_came_back(node) for node in f.nodes),
    answers_now,
    phrase("nothing from both"),
    seen_both,
)
DNS_GAVE_NOTHING = Question(
    "nothing came back from DNS",
    lambda f: f.dns_gave_nothing(),
    lambda f: word_of(f.state.dns.answer) if f.state.dns is not None else NOT_ASKED_AT_ALL,
    phrase("timeout"),
    seen_dns,
)
CLIENTS_SERVED = Question(
    "clients get service since both fail",
    lambda f: f.clients_served(),
    lambda f: word_of(f.state.clients.answer) if f.state.clients is not None else NOT_ASKED_AT_ALL,
    phrase("ok"),
    seen_both,
)
GROUP_DOWN = within(
    pair_broken,
    BOTH_SILENT,
    Not(CLIENTS_SERVED),
    any_of(all_of(BOTH_REFUSE, Not(TXT_LIVES)), TXT_DEAD, all_of(ONE_REFUSES, LONG_LIFELESS)),
)
NODES_HIDDEN = within(pair_broken, BOTH_SILENT, any_of(TXT_LIVES, TXT_NOT_LATE))
ISOLATED = within(pair_broken, BOTH_SILENT, NOTHING_CAME_BACK, DNS_GAVE_NOTHING)


def say_group_down(f: Facts) -> str:
    a, b = f.nodes
    down = phrase("{one} and {other}: there is no service.", one=not_answering(a), other=not_answering(b))
    if f.txt_age_s is None:
        return down
    return sentences([down, phrase("The last heartbeat in DNS is {time} old.", time=duration(f.txt_age_s))])


def say_nodes_hidden(f: Facts) -> str:
    a, b = f.nodes
    if f.txt_age_s is None:
        beat: str = phrase("DNS holds a heartbeat")
    else:
        beat = phrase("DNS holds a heartbeat {time} old when read", time=duration(f.txt_age_s))
    return phrase(
        "{one} and {other}, yet {beat}: the group lives,"
        " and our path to it is cut, or it has just come back.",
        one=not_answering(a),
        other=not_answering(b),
        beat=beat,
    )


def say_isolated(f: Facts) -> str:
    a, b = f.nodes
    return phrase(
        "We are cut off: nothing came back from {node}, from {other} or from DNS. No node is blamed.",
        node=a.name,
        other=b.name,
    )


# -- 11, 13, 19, 26 -----------------------------------------------------------------------------------------


def _what_to_do(node: NodeState) -> str:
    answer = node.last.answer if node.last is not None else Answer.MALFORMED
    return WHAT_TO_DO.get(answer, NOTHING_CAME)


def _score(load: float | None) -> str:
    return UNKNOWN if load is None else number(load)


def _addresses(f: Facts) -> list[str | None]:
    return [word.external_ipv4_address for _, word in f.told]


def _shared(f: Facts) -> str | None:
    told = _addresses(f)
    return told[0] if len(told) == 2 and told[0] == told[1] else None


def _names(f: Facts) -> set[str]:
    return {word.group_fqdn.rstrip(".").lower() for _, word in f.told_in_group if word.group_fqdn}


def _loaded(f: Facts, node: NodeState) -> bool:
    load = node.load
    return load is not None and (load.load_score or 0.0) >= LOAD_WARNING and load_of(f, node) is not None


UNREADABLE = OfANode(
    "gives no well-formed answer",
    lambda _, node: node.condition is named.UNREADABLE,
    lambda _, node: answer_of(node),
    phrase("unreadable"),
    seen,
)
CANNOT_READ = within(pair_broken, UNREADABLE)
LOAD = OfANode(
    "load score",
    _loaded,
    lambda f, node: _score(load_of(f, node)),
    "≥ 0.50",
    seen,
)
LOADED = within(some_node_odd, LOAD)
SAME_GATEWAY = Question(
    "both answers carry one address",
    lambda f: _shared(f) is not None,
    lambda f: listed(address or NONE for address in _addresses(f)) or UNKNOWN,
    phrase("the same"),
    seen_both,
)
OTHER_GROUP = Question(
    "the nodes are in groups of different names",
    lambda f: len(_names(f)) == 2,
    lambda f: listed(sorted(_names(f))) or UNKNOWN,
    phrase("two names"),
    seen_both,
)


def _oddly_told(f: Facts) -> bool:
    """Two configurations, ever told, with one address or with two names, be they written as they may."""
    a, b = f.nodes[0].configuration, f.nodes[1].configuration
    if a is None or b is None:
        return False
    return a.external_ipv4_address == b.external_ipv4_address or a.group_fqdn != b.group_fqdn


MISCONFIGURED = within(_oddly_told, any_of(SAME_GATEWAY, OTHER_GROUP))


def unread_severity(f: Facts) -> Severity:
    return Severity.WARNING if f.heard else Severity.UNKNOWN


def say_cannot_read(f: Facts) -> str:
    return sentences(
        phrase(
            "{node} cannot be read ({why}): {advice}.",
            node=node.name,
            why=answer_of(node),
            advice=_what_to_do(node),
        )
        for node in f.nodes
        if node.condition is named.UNREADABLE
    )


def load_of(f: Facts, node: NodeState) -> float | None:
    """The node's load score, where it is fresh."""
    fresh_s = max(LOAD_FRESH_S, 15 * f.state.settings.cadence_s)
    if node.load is None or f.now - node.load.received_at > fresh_s:
        return None
    return node.load.load_score


def load_severity(f: Facts) -> Severity:
    worst = max(load_of(f, node) or 0.0 for node in f.nodes)
    return Severity.CRITICAL if worst >= LOAD_CRITICAL else Severity.WARNING


def say_overloaded(f: Facts) -> str:
    loads = [(node.name, load_of(f, node) or 0.0) for node in f.nodes]
    told = [
        phrase("{node} has a load score of {load}", node=name, load=number(load))
        for name, load in loads
        if load >= LOAD_WARNING
    ]
    return phrase("{loads}; keep it below 0.50, a Gateway crashes at 1.", loads=listed(told))


def say_misconfigured(f: Facts) -> str:
    a, b = f.nodes
    shared = _shared(f)
    if shared is not None:
        return phrase(
            "{node} and {other} reach the same Gateway ({address}): check the URLs of this group.",
            node=a.name,
            other=b.name,
            address=shared,
        )
    told = [
        phrase("{node} is in {group}", node=node.name, group=word.group_fqdn)
        for node, word in f.told_in_group
    ]
    return phrase("The nodes belong to different groups: {groups}.", groups=listed(told))
