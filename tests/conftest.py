"""Options and guards for all tests."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The words of the system and of our own texts are English here, whatever the one who runs the tests speaks.
os.environ.pop("LANGUAGE", None)
os.environ["LC_ALL"] = "C.UTF-8"


# A busy machine is no failure: nothing is timed. The short run repeats its cases; --long looks for new ones.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("short", PATIENT, derandomize=True)
settings.register_profile("long", PATIENT, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    # started by nohup, or with & by a script, these are ignored, and children would ignore them too
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    settings.load_profile("long" if config.getoption("--long") else "short")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="run the long versions too (thousands of kills, seeds, frames)"
    )
    parser.addoption(
        "--rewrite-pictures", action="store_true", help="keep the window's pictures as they look now"
    )
    parser.addoption(
        "--contact-sheet",
        metavar="FILE",
        type=Path,
        help="put all pictures of the window on one, in this file",
    )
    parser.addoption(
        "--gateway-workflows",
        metavar="DIR",
        type=Path,
        default=os.environ.get("AGMONITOR_GATEWAY_WORKFLOWS"),
        help="a copy of the public repository bluecatlabs/gateway-workflows, to be loaded too",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    skip = pytest.mark.skip(reason="long: runs with --long")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def public_workflows(request: pytest.FixtureRequest) -> Path:
    """The copy of the public repository, if there is one."""
    folder: Path | None = request.config.getoption("--gateway-workflows")
    if folder is None:
        pytest.skip("no copy of bluecatlabs/gateway-workflows was given (--gateway-workflows DIR)")
    assert folder.is_dir(), f"there is no folder {folder}"
    return folder.resolve()


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes this user's settings, history, sockets or keyring."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AGMONITOR_HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("AGMONITOR_PASSWORD", raising=False)
    return home
