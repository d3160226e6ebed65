"""No window and no dialog is larger than its screen, and a dialog's buttons are always in sight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENLARGED_DPI, USUAL_DPI = (
    144,
    96,
)  # texts half as large again leave a window two thirds of the screen's pixels


@pytest.mark.parametrize(
    ("width", "height", "dpi"),
    [(1280, 720, ENLARGED_DPI), (1024, 640, USUAL_DPI)],
    ids=["large texts", "small screen"],
)
def test_every_window_and_a_dialogs_buttons_stay_on_the_screen(
    tmp_path: Path, width: int, height: int, dpi: int
) -> None:
    screen = {"x": 0, "y": 0, "width": width, "height": height}
    file = tmp_path / "screens.json"
    file.write_text(
        json.dumps({"screens": [screen | {"logicalDpi": dpi, "logicalBaseDpi": USUAL_DPI, "dpr": 1}]})
    )
    env = os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={file}", "QT_FONT_DPI": str(dpi)}

    told = subprocess.run(
        [sys.executable, "-m", "tests.ui.small_screen_program"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    lines = told.splitlines()
    assert len(lines) > 20
    assert [line for line in lines if not line.endswith(": fits")] == []
