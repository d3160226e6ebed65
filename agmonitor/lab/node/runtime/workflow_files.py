"""Gives the files of workflows to their pages: ``css``, ``js`` and ``img`` by address, templates by name.

Templates of one name in two workflows do not disturb one another: the one beside the page that is being
served is meant. Names that Gateway itself has (``base.html`` …) are Gateway's, whatever a workflow brings.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, abort, current_app, has_request_context, request, send_from_directory
from jinja2 import BaseLoader, Environment, TemplateNotFound
from jinja2.loaders import split_template_path

from agmonitor.lab.node.runtime.workspace import Found, Workspace

OWN_TEMPLATES = Path(__file__).parent / "templates"


def attach(app: Flask, workspace: Workspace) -> None:
    """Serve the workspace's files and templates in this application; before its first template is used."""
    app.jinja_options = {**app.jinja_options, "loader": WorkflowTemplates(workspace)}
    app.config["TEMPLATES_AUTO_RELOAD"] = True
    folders = {found.name: found.folder for found in workspace.workflows if not found.error}

    @app.get("/<workflow>/<any(css, js, img):kind>/<path:file>", endpoint="workflow_file")
    def workflow_file(workflow: str, kind: str, file: str) -> Response:
        if workflow not in folders:
            abort(404)
        return send_from_directory(folders[workflow] / kind, file)


class WorkflowTemplates(BaseLoader):
    """Finds a template: Gateway's, else the one of the workflow being served, else any workflow's."""

    def __init__(self, workspace: Workspace) -> None:
        self._by_module = {found.module: found for found in workspace.workflows}
        self._all = [found for found in workspace.workflows if not found.error]

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, object]:  # type: ignore[override]  # the third is any callable
        """The text; it is read again when the file has changed, or when another workflow means its own."""
        del environment
        path = self._find(template)
        if path is None:
            raise TemplateNotFound(template)
        changed_at = path.stat().st_mtime_ns

        def still_right() -> bool:
            return self._find(template) == path and path.stat().st_mtime_ns == changed_at

        return path.read_text(encoding="utf-8-sig", errors="replace"), str(path), still_right

    def _find(self, template: str) -> Path | None:
        inside = Path(*split_template_path(template))
        served = self._served()
        folders = [found.folder / "templates" for found in ([served] if served else []) + self._all]
        return next(
            (path for folder in (OWN_TEMPLATES, *folders) if (path := folder / inside).is_file()), None
        )

    def _served(self) -> Found | None:
        """The workflow whose page the request has reached."""
        if not has_request_context() or request.endpoint is None:
            return None
        parts = str(getattr(current_app.view_functions.get(request.endpoint), "__module__", "")).split(".")
        names = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
        return next((self._by_module[name] for name in names if name in self._by_module), None)
