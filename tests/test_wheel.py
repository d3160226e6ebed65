"""The wheel holds what an installed program needs: the resources and the command."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel_holds_the_resources_and_no_tests(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    kinds = ("*.py", "*.toml", "*.agmrec", "*.pot", "*.mo")
    resources = {str(path.relative_to(ROOT)) for kind in kinds for path in (ROOT / "resources").rglob(kind)}
    assert resources
    assert {f"agmonitor/{name}" for name in resources} <= names
    assert not any(name.startswith(("tests", "packaging")) for name in names)
