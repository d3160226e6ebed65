"""The settings file: read whole, every mistake told, written at once."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.config.checks import Mistake
from agmonitor.config.settings import Config, ConfigError, load, save
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress
from agmonitor.domain.retention import Retention
from tests.config.groups import at, group

FULL = group(
    fqdn="gateway.example.net",
    dns_server=HostPort("2001:db8::53", 5353),
    resolvers=(HostPort("192.0.2.53", 53),),
    user="reader",
    sign_in_extras=(("bam_alias", "main"),),
    insecure=True,
    allow_http=True,
    use_proxies=True,
    timeout_s=2.5,
    cadence_s=4.0,
    judge_clients=False,
    failover_allowed=True,
    tags=("emea", "prod"),
)
NODES = """
[[groups.nodes]]
name = "gw-1"
url = "https://192.0.2.11"
[[groups.nodes]]
name = "gw-2"
url = "https://192.0.2.12"
"""


def read(path: Path, text: str) -> Config:
    file = path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def mistakes(path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(path, text)
    return str(caught.value)


def test_no_file_is_an_empty_configuration(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Config()


def test_everything_set_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    config = Config((FULL, group(name="second")))

    save(path, config)

    assert load(path) == config
    assert config.group("second") == group(name="second")
    assert config.group("third") is None


labels = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=64).filter(
    lambda text: text.isprintable() and text.casefold() != "lab" and "/" not in text and text[0] != "."
)
settings = st.builds(
    GroupSettings,
    name=names,
    nodes=labels.map(
        lambda host: (NodeAddress("a", f"https://a{host}"), NodeAddress("b", f"https://b{host}"))
    ),
    fqdn=st.none() | labels.map(lambda label: label + ".net"),
    user=st.none() | names,
    timeout_s=st.floats(0.1, 120),
    cadence_s=st.floats(0.2, 3600),
    judge_clients=st.none() | st.booleans(),
    failover_allowed=st.booleans(),
    tags=st.lists(names, max_size=3).map(tuple),
)


@given(settings)
def test_any_good_settings_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, one: GroupSettings
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"

    save(path, Config((one,)))

    assert load(path).groups == (one,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("groups = 3", ["groups: must be a list of tables"]),
        ("group = []", ["group: unknown key; allowed are alerts, groups, history"]),
        ("[[groups]]\n" + NODES, ["groups[1].name: is missing"]),
        ("[[groups]]\nname = 5\n" + NODES, ["groups[1].name: must be a text in quotes, not a number"]),
        ('[[groups]]\nname = "a"', ["groups.a.nodes: must be two tables"]),
        (
            '[[groups]]\nname = "a"\nnodes = [{name="x"},{url="y"}]',
            ["groups.a.nodes[1]: needs both", "nodes[2]"],
        ),
        (
            '[[groups]]\nname = "a"\npassword = "hunter2"\n' + NODES,
            ["groups.a.password: passwords never stand"],
        ),
        ('[[groups]]\nname = "a"\nlab = true\n' + NODES, ["groups.a.lab: only the lab"]),
        (
            '[[groups]]\nname = "a"\ncolour = 1\n' + NODES,
            ["groups.a.colour: unknown key", "failover_allowed"],
        ),
        ('[[groups]]\nname = "a"\ninsecure = "yes"\n' + NODES, ["groups.a.insecure: must be true or false"]),
        (
            '[[groups]]\nname = "a"\ntimeout_s = true\n' + NODES,
            ["groups.a.timeout_s: must be a number of sec"],
        ),
        ('[[groups]]\nname = "a"\ntimeout_s = nan\n' + NODES, ["groups.a.timeout_s: nan is out of range"]),
        (
            '[[groups]]\nname = "a"\nresolvers = "x"\n' + NODES,
            ["groups.a.resolvers: must be a list of texts"],
        ),
        (
            '[[groups]]\nname = "a"\nresolvers = ["x:y"]\n' + NODES,
            ["groups.a.resolvers: 'x:y' is no HOST:PORT"],
        ),
        ('[[groups]]\nname = "a"\ndns_server = 53\n' + NODES, ["groups.a.dns_server: '' is no HOST:PORT"]),
        ('[[groups]]\nname = "a"\nsign_in_extras = {a = 1}\n' + NODES, ["sign_in_extras: must be a table"]),
        ('[[groups]]\nname = "a"\nfqdn = "?"\n' + NODES, ["groups.a.fqdn: '?' is no domain name"]),
        ('[[groups]]\nname = "a"\nuser = 2026-01-01\n' + NODES, ["groups.a.user", "not a date or time"]),
        (f'[[groups]]\nname = "a"\n{NODES}\n[[groups]]\nname = "A"\n{NODES}', ["groups.name", "two groups"]),
        ("x = y\n", ["is not TOML", "line 1"]),
        (
            f'[[groups]]\nname = "a"\ntimeout_s = 1{"0" * 400}\n' + NODES,
            ["groups.a.timeout_s: inf is out of"],
        ),
        (
            '[[groups]]\nname = "a"\nca_file = "~nobody-has-this/x"\n' + NODES,
            ["groups.a.ca_file: There is no"],
        ),
        ("x = " + "[" * 5000, ["nested too deeply"]),
    ],
)
def test_every_mistake_names_its_key_and_what_is_allowed(tmp_path: Path, text: str, parts: list[str]) -> None:
    told = mistakes(tmp_path, text)

    assert str(tmp_path / "settings.toml") in told
    assert all(part in told for part in parts), told
    assert "hunter2" not in told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path, '[[groups]]\nname = "a"\nx = 1\ntimeout_s = "5"\n[[groups]]\nname = "b"\n' + NODES
    )

    assert [line.split(": ")[1] for line in told.splitlines()] == [
        "groups.a.x", "groups.a.timeout_s", "groups.a.nodes"
    ]  # fmt: skip


def test_a_mistake_in_kind_hides_none_in_value(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        '[[groups]]\nname = "a"\nx = 1\nfqdn = "?"\ntimeout_s = 0\ninsecure = "no"\n'
        'nodes = [{name = "gw-1", url = "ftp://x"}, {name = 2, url = "https://u:p@y"}]\n'
        '[[groups]]\nname = "A"\ncadence_s = "soon"\n' + NODES,
    )

    assert [line.split(": ")[1] for line in told.splitlines()] == [
        "groups.a.x", "groups.a.insecure", "groups.a.nodes[2].name", "groups.a.nodes[2]",
        "groups.a.nodes.url", "groups.a.nodes.url", "groups.a.fqdn", "groups.a.timeout_s",
        "groups.A.cadence_s", "groups.name",
    ]  # fmt: skip


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    save(file, Config((FULL,)))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())

    assert load(file) == Config((FULL,))


def test_the_home_folder_in_a_file_name_is_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ca.pem").touch()

    loaded = read(tmp_path, '[[groups]]\nname = "a"\nca_file = "~/ca.pem"\n' + NODES)

    assert loaded.groups[0].ca_file == str(tmp_path / "ca.pem")


def test_what_is_not_text_or_not_readable_is_said(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path)


def test_what_would_not_load_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(path, Config((FULL,)))
    before = path.read_bytes()

    for wrong in ((group(nodes=at("http://x.net")),), (FULL, FULL), (group(name="lab", lab=True),)):
        with pytest.raises(ConfigError):
            save(path, Config(wrong))

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.mkdir()
    (path / "inside").touch()

    with pytest.raises(ConfigError, match="cannot be written"):
        save(path, Config((FULL,)))

    assert list(tmp_path.iterdir()) == [path]


def test_a_link_in_place_of_the_file_stays_a_link(tmp_path: Path) -> None:
    path, target = tmp_path / "settings.toml", tmp_path / "elsewhere.toml"
    target.touch()
    path.symlink_to(target)

    save(path, Config((FULL,)))

    assert path.is_symlink()
    assert load(target) == Config((FULL,))


def test_how_long_history_is_kept_can_be_set_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[history]\nraw_days = 3\nkept_days = 5000\n")

    config = load(path)

    assert config.history == Retention(raw_days=3, kept_days=5000)
    save(path, config)
    assert load(path) == config


@pytest.mark.parametrize(
    ("text", "key", "sentence"),
    [
        ("history = 7", "history", "must be a table that begins with [history]."),
        ("[history]\nraw_days = 0", "history.raw_days", "0 is out of range; allowed are 1 to 36500 days."),
        ("[history]\nraw_days = 7.5", "history.raw_days", "must be a whole number of days, not a number."),
        (
            "[history]\nraw_days = true",
            "history.raw_days",
            "must be a whole number of days, not true or false.",
        ),
        (
            "[history]\nminutes_days = 3",
            "history.minutes_days",
            "3 days are fewer than raw_days has (7); each tier is kept at least as long.",
        ),
        (
            "[history]\nraw = 3",
            "history.raw",
            "unknown key; allowed are hours_days, kept_days, minutes_days, raw_days.",
        ),
    ],
)
def test_a_mistake_in_how_long_history_is_kept_is_told(
    tmp_path: Path, text: str, key: str, sentence: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)

    with pytest.raises(ConfigError) as caught:
        load(path)

    assert caught.value.mistakes == (Mistake(key, sentence),)
