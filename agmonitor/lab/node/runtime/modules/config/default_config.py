"""``config.default_config``: module attributes, as in a Gateway. There is no Address Manager in the lab."""

from __future__ import annotations

language = "en"
default_configuration = ""
default_view = ""
api_url: list[tuple[str, str]] = []
workflows: dict[str, dict[str, str]] = {}
