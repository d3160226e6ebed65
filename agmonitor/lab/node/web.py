"""The node's web application and server: one Flask application, shared with the workflows, behind cheroot."""

from __future__ import annotations

import logging
import secrets
import threading

from cheroot.wsgi import Server
from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from agmonitor.lab.node import problems
from agmonitor.lab.node.access import log_context, user_of_request
from agmonitor.lab.node.api import configuration, failover, group, members, peer, sign_in, state, status
from agmonitor.lab.node.configuration import ConfigurationError
from agmonitor.lab.node.driver import OrderTimeoutError
from agmonitor.lab.node.membership import NotKeptError
from agmonitor.lab.node.parts import Parts
from agmonitor.lab.node.runtime.gateway import begin_request
from agmonitor.lab.node.settings import NodeSettings
from agmonitor.lab.node.tls import Tls
from agmonitor.lab.node.traffic import Traffic

LARGEST_BODY = 64 * 1024  # more is refused by the application, in the documented four keys
LARGEST_SENT = 1024 * 1024  # and this much by the server, bluntly
THREADS = 12  # an order under way holds one for seconds; heartbeats and probes must not wait behind it
IDLE_S = 30
JSON_PATHS = ("/ag/", "/rest_login")  # workflows answer as they like


def new_application(name: str) -> Flask:
    """The bare application, so that workflows find it when they are imported."""
    app = Flask(name, static_folder=None)
    app.secret_key = secrets.token_bytes(32)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.logger.setLevel(logging.INFO)
    return app


def complete(app: Flask, parts: Parts) -> Traffic:
    """Give it the Gateway's own pages; what comes back is to be served."""
    traffic = Traffic(app.wsgi_app, parts.ailments)
    for topic in (state, group, configuration, members, failover, peer, sign_in):
        app.register_blueprint(topic.blueprint(parts))
    app.register_blueprint(status.blueprint(parts, traffic))

    @app.before_request
    def identify() -> None:
        begin_request(user_of_request(parts.sessions))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if not request.path.startswith(JSON_PATHS):
            return error
        return problems.problem(error.code or 500, str(error.description), log_context=log_context())

    @app.errorhandler(ConfigurationError)
    def bad_settings(error: ConfigurationError) -> ResponseReturnValue:
        return problems.problem(400, str(error), log_context=log_context())

    @app.errorhandler(NotKeptError)
    def not_kept(error: NotKeptError) -> ResponseReturnValue:
        return problems.problem(500, str(error), log_context=log_context())

    @app.errorhandler(OrderTimeoutError)
    def no_outcome(_: OrderTimeoutError) -> ResponseReturnValue:
        message = "The operation has not ended in time; its outcome is not known."
        return problems.problem(500, message, log_context=log_context())

    return traffic


def serve(settings: NodeSettings, application: Traffic, tls: Tls | None) -> None:
    """Listen, and serve in threads of its own from then on.

    Raises:
        OSError: the address or port cannot be had.
    """
    server = Server((settings.listen_address, settings.port), application, numthreads=THREADS, timeout=IDLE_S)
    server.max_request_body_size = LARGEST_SENT
    server.ssl_adapter = tls
    server.prepare()
    threading.Thread(target=server.serve, name="web", daemon=True).start()
