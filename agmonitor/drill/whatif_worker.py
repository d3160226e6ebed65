"""``python -m agmonitor.drill.whatif_worker``: makes runs for a parent that asks line by line; ends with it.

The parent's end closes the pipe, however the parent ends; nothing but pure simulation happens here.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from agmonitor.protocol.prediction import Trigger, WhatIf
from agmonitor.protocol.whatif import calculated, counted, course

GENTLE = 10  # the window, and whoever works beside us, goes first


def settings_line(settings: WhatIf) -> dict[str, object]:
    """The settings as they travel to a worker."""
    return {
        "report_s": settings.report_s,
        "check_s": settings.check_s,
        "absence_s": settings.absence_s,
        "ttl_s": settings.ttl_s,
        "loss_share": settings.loss_share,
        "trigger": settings.trigger.value,
    }


def answer(job: Mapping[str, Any]) -> dict[str, object]:
    """Do one job: ``courses``, ``count`` or ``calculate``."""
    told = dict(job["settings"])
    settings = WhatIf(**{**told, "trigger": Trigger(told["trigger"])})
    if job["do"] == "courses":
        numbers = range(job["first"], job["first"] + job["count"])
        made = [course(settings, job["seed"], number) for number in numbers]
        return {"courses": [[*one.ends_s, one.outage_s] for one in made]}
    if job["do"] == "count":
        return {"failovers": counted(settings, job["seed"], job["number"], job["days"])}
    return {"per_year": calculated(settings)}


def main() -> None:
    """Obey until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent
    if hasattr(os, "nice"):
        os.nice(GENTLE)
    with contextlib.suppress(BrokenPipeError):
        for line in sys.stdin:
            sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
            sys.stdout.flush()
    os._exit(0)  # no last flush into a pipe that nobody reads


if __name__ == "__main__":
    main()
