"""``/health`` and ``/serverstatus``: without sign-in, and without a word on roles."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.traffic import Traffic, cpu_load, memory_used_bytes


def blueprint(parts: Parts, traffic: Traffic) -> Blueprint:
    topic = Blueprint("status", __name__)

    @topic.get("/health")
    def health() -> ResponseReturnValue:
        return ""

    @topic.get("/serverstatus")
    def serverstatus() -> ResponseReturnValue:
        return jsonify(
            data={
                "cpu_load": cpu_load(),
                "memory_used": memory_used_bytes(),
                "total_accesses": traffic.accesses,
                "total_traffic": traffic.bytes_sent,
                "resource_usage_score": traffic.load_score(),
            },
            current_time=int(parts.now()),
        )

    return topic
