"""A program that holds a lab, to be killed by tests; it takes --stub, --bind, --qt, --fault NAME:NODE.

Prints one JSON line when the pair is up and stays.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import replace

from agmonitor.lab.options import LabOptions
from agmonitor.lab.supervisor import Lab
from tests.lab.support import STUB_NODE


async def hold() -> None:
    options = LabOptions(node_command=STUB_NODE) if "--stub" in sys.argv else LabOptions()
    if "--bind" in sys.argv:
        options = replace(options, dns="bind")
    lab = Lab(options)
    await lab.start()
    for place, word in enumerate(sys.argv):
        if word == "--fault":
            name, _, node = sys.argv[place + 1].partition(":")
            await lab.fault(name, node or None)
    sys.stdout.write(json.dumps(lab.status().document()) + "\n")
    sys.stdout.flush()
    if "--stop" in sys.argv:
        await lab.fault("kill", "gw-1")
        await lab.heal()
        await lab.stop()
        return
    await asyncio.Event().wait()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if "--qt" not in sys.argv:
        return None
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - only this way needs Qt

    from agmonitor.ui.loop import WindowLoop  # noqa: PLC0415

    app = QApplication(["lab"])
    return lambda: WindowLoop(app)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(hold())
