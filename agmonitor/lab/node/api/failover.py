"""``PUT /ag/api/v1/failover``: swap the roles; answers after the switch."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node import problems
from agmonitor.lab.node.access import group_access, log_context
from agmonitor.lab.node.parts import Parts
from agmonitor.protocol.inputs import FailoverOrdered

SWITCHED_WITHIN_S = 15.0


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("ag_failover", __name__)

    @topic.put("/ag/api/v1/failover")
    @group_access
    def fail_over() -> ResponseReturnValue:
        refusal = parts.driver.order(FailoverOrdered(parts.now()), SWITCHED_WITHIN_S)
        if refusal is not None:
            return problems.refused(refusal, log_context())
        return jsonify(message="Manual failover completed.")

    return topic
