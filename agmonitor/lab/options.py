"""What can be chosen about a lab before it starts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import agmonitor

NODE_NAMES = ("gw-1", "gw-2")
PYTHON_MODULE = (sys.executable, "-P", "-m")  # -P: nothing is imported from the folder we happen to be in


def example_workflows() -> tuple[Path, ...]:
    """The folders of workflows that come with the program, wherever it is installed."""
    package = Path(agmonitor.__file__).parent
    for resources in (package / "resources", package.parent / "resources"):
        if resources.is_dir():
            return (resources / "gateway_workflow", resources / "workflows")
    return ()


@dataclass(frozen=True, slots=True)
class LabOptions:
    """Timers default to the demo's, ten times faster than the documented ones."""

    report_s: int = 2
    check_s: int = 3
    absence_s: int = 6
    ttl_s: int = 3
    fqdn: str = "gateway.lab.test"
    user: str = "monitor"
    scheme: Literal["http", "https"] = "http"  # https: with a certificate authority made for this lab
    certificate_days: float = 365.0  # how long the nodes' certificates are valid yet
    dns: Literal["embedded", "bind"] = "embedded"  # bind: a real BIND 9
    workflows: tuple[Path, ...] | None = None  # None: the examples
    node_command: tuple[str, ...] = (*PYTHON_MODULE, "agmonitor.lab.node")
    up_within_s: float = 30.0
