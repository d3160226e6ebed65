"""``bluecat_portal.customizations``: the workspace's own folders of that name, and nothing of ours."""

from __future__ import annotations

from agmonitor.lab.node.runtime.gateway import current

__path__ = [str(folder) for folder in current().workspace.customizations]
