"""BIND as the lab's name server: what it is told, where its files are, what is said when it won't run."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from agmonitor.lab import bind_setup
from agmonitor.lab.bind_setup import BindSetup, program, why_it_fails
from agmonitor.lab.errors import LabError
from agmonitor.lab.options import LabOptions
from agmonitor.lab.supervisor import Lab
from tests.lab.support import STUB_NODE, needs_bind

pytestmark = pytest.mark.lab
ON_BIND = LabOptions(node_command=STUB_NODE, dns="bind")
SETUP = BindSetup(
    folder=Path('/run/a "lab"/bind'),
    port=10_053,
    zone="lab.test",
    negative_ttl_s=1,
    tsig_name="lab",
    tsig_algorithm="hmac-sha512",
    tsig_secret="c2VjcmV0",
)


def of_process(pid: int | None, what: str) -> bytes:
    return Path(f"/proc/{pid}/{what}").read_bytes()


def test_it_is_told_of_one_address_one_zone_one_key_and_of_nobody_to_obey() -> None:
    conf = SETUP.conf()

    assert r'directory "/run/a \"lab\"/bind";' in conf
    assert "listen-on port 10053 { 127.0.0.1; };" in conf
    assert 'allow-update { key "lab"; };' in conf
    for refused in ("listen-on-v6 { none; }", "controls { }", "pid-file none", "recursion no"):
        assert f"{refused};" in conf


def test_without_bind_the_lab_says_what_to_install_and_starts_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bind_setup, "SYSTEM_FOLDERS", ())

    with pytest.raises(LabError, match=r"named is not installed here.*sudo apt-get install bind9"):
        asyncio.run(Lab(ON_BIND).start())

    assert not (Path(os.environ["AGMONITOR_HOME"]) / "run").exists()


def test_it_is_found_where_a_users_path_does_not_lead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = tmp_path / "sbin" / "named"
    there.parent.mkdir()
    there.write_text("#!/bin/sh\n", encoding="ascii")
    there.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(bind_setup, "SYSTEM_FOLDERS", (str(there.parent),))

    assert program() == there


def test_a_bind_kept_out_by_apparmor_says_which_line_would_let_it_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profile = tmp_path / "usr.sbin.named"
    profile.touch()
    monkeypatch.setattr(bind_setup, "APPARMOR_PROFILE", profile)
    log = "starting\nloading configuration: permission denied\nexiting (due to fatal error)\n"

    why = why_it_fails(log, Path("/run/user/1000/agmonitor/lab-7-x/bind"))

    assert '"/run/user/1000/agmonitor/** rwk,"' in why
    assert f"apparmor_parser -r {profile}" in why


@pytest.mark.parametrize(
    ("log", "why"),
    [
        (
            "running\ncould not listen on 127.0.0.1#5: address in use\nstopping",
            "could not listen on 127.0.0.1#5: address in use",
        ),
        ("starting\nrunning\n", "running"),
        ("", "it gave no reason"),
    ],
)
def test_the_most_telling_line_of_its_log_is_the_reason(log: str, why: str) -> None:
    assert why_it_fails(log, Path("/run/labs/lab/bind")) == f"BIND says: {why}"


def test_a_bind_that_does_not_start_ends_the_labs_start_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "named"
    broken.write_text("#!/bin/sh\necho 'the moon is full: failure' >&2\nexit 1\n", encoding="ascii")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(LabError, match="the name server did not start: BIND says: the moon is full: failure"):
        asyncio.run(Lab(ON_BIND).start())


def test_its_files_stay_in_the_labs_folder_for_the_user_alone_and_go_with_it() -> None:
    needs_bind()
    folders: list[Path] = []

    async def story() -> None:
        lab = Lab(replace(ON_BIND, fqdn="gateway.elsewhere.test"))
        await lab.start()
        try:
            folders.append(lab.folder)
            files = list((lab.folder / "bind").iterdir())
            assert {"named.conf", "named.log", "zone", "zone.jnl"} <= {file.name for file in files}
            assert {file.stat().st_mode & 0o077 for file in (lab.folder / "bind", *files)} == {0}
        finally:
            await lab.stop()

    asyncio.run(story())

    assert not folders[0].exists()


def test_a_bind_that_ends_by_itself_is_told_as_the_labs_trouble() -> None:
    needs_bind()

    async def story() -> None:
        lab = Lab(ON_BIND)
        await lab.start()
        try:
            told = asyncio.Event()
            lab.on_change(lambda status: told.set() if status.trouble else None)
            around = lab._children.pid("name server")
            (named,) = of_process(around, f"task/{around}/children").split()

            os.kill(int(named), 9)

            async with asyncio.timeout(15):
                await told.wait()
            assert "name server has ended" in lab.status().trouble
        finally:
            await lab.stop()

    asyncio.run(story())
