"""``POST /rest_login``: a token for the ``auth`` header, and the same in a cookie."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from agmonitor.lab.node import problems
from agmonitor.lab.node.access import COOKIE, body_of_request
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.sessions import TOKEN_PREFIX

LONGEST_NAME = 200


def blueprint(parts: Parts) -> Blueprint:
    topic = Blueprint("sign_in", __name__)

    @topic.post("/rest_login")
    def rest_login() -> ResponseReturnValue:
        sent = body_of_request()
        user, password = str(sent.get("username", "")), str(sent.get("password", ""))
        token = parts.sessions.sign_in(user, password)
        if token is None:
            return problems.unauthorized(user[:LONGEST_NAME])
        response = jsonify(access_token=TOKEN_PREFIX + token)
        secure = parts.settings.scheme == "https"
        response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure)
        return response

    return topic
