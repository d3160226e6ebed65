"""A name server's answer as evidence: the question, who was asked, and the message as text."""

from __future__ import annotations

from agmonitor.domain.evidence import BODY_MAX, Exchange
from agmonitor.domain.model import HostPort
from agmonitor.witness.exchange import Question, Reply, Trouble


def exchange_of(question: Question, server: HostPort | str, outcome: Reply | Trouble) -> Exchange:
    name = question.name.to_text(omit_final_dot=True)
    request = f"{question.rdtype.name} {name} from {server}"
    if isinstance(outcome, Trouble):
        return Exchange(request, 0.0, error=outcome.detail)
    text = outcome.message.to_text()
    status = outcome.message.rcode().name
    return Exchange(request, 0.0, outcome.round_trip_ms, status, body=text[:BODY_MAX], body_bytes=len(text))
