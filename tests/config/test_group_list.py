"""A list of groups for a colleague: all that is set, no secret; and read as from a stranger."""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from agmonitor.config.comparing import Coming, compare
from agmonitor.config.group_list import BYTES_MAX, Listed, read_list, write_list
from agmonitor.config.settings import ConfigError
from agmonitor.domain.model import GroupSettings, HostPort, NodeAddress

NODES = (NodeAddress("gw-1", "https://gw-1.example.net"), NodeAddress("gw-2", "https://gw-2.example.net"))
OTHERS = (NodeAddress("gw-3", "https://gw-3.example.net"), NodeAddress("gw-4", "https://gw-4.example.net"))
GROUP = GroupSettings(
    "gw-prod",
    NODES,
    fqdn="gateway.example.net",
    dns_server=HostPort("192.0.2.53", 53),
    user="monitor",
    tags=("prod",),
    failover_allowed=True,
)
HEAD = 'format = "agmonitor groups"\nversion = 1\n'
PAIR = """
[[groups.nodes]]
name = "a"
url = "https://a.example.net"
[[groups.nodes]]
name = "b"
url = "https://b.example.net"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "groups.toml"


def mistakes(file: Path, text: str | bytes) -> str:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as error:
        read_list(file)
    return str(error.value)


class TestWriting:
    def test_what_is_written_is_read_again_without_leave_to_fail_over(self, file: Path) -> None:
        assert write_list(file, [GROUP, replace(GROUP, name="lab", lab=True)]) == 1

        assert read_list(file) == (Listed(replace(GROUP, failover_allowed=False)),)
        assert "failover" not in file.read_text()

    def test_a_ca_travels_as_certificates_and_never_a_key(self, file: Path, tmp_path: Path) -> None:
        authority = trustme.CA()
        both = authority.private_key_pem.bytes() + authority.cert_pem.bytes()
        (tmp_path / "ca.pem").write_bytes(both)

        write_list(file, [replace(GROUP, ca_file=str(tmp_path / "ca.pem"))])

        told = tomllib.loads(file.read_text())["groups"][0]
        assert "PRIVATE KEY" not in file.read_text()
        assert told["ca_pem"].strip() == authority.cert_pem.bytes().decode().strip()
        assert str(tmp_path) not in file.read_text()
        assert read_list(file)[0].ca_pem == told["ca_pem"]

    def test_a_ca_that_cannot_be_read_is_told(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("nothing", encoding="ascii")

        with pytest.raises(ConfigError, match="gw-prod: The CA file"):
            write_list(file, [replace(GROUP, ca_file=str(tmp_path / "ca.pem"))])

        assert not file.exists()


class TestHostileLists:
    def test_every_mistake_is_told_with_its_key(self, file: Path) -> None:
        told = mistakes(
            file,
            f'{HEAD}[[groups]]\nname = "x"\npassword = "hunter2"\nfailover_allowed = true\nca_file = "/x"\n'
            f'speed = 3\ntimeout_s = "soon"\n{PAIR}'
            f'[[groups]]\nname = "X"\n{PAIR.replace("https://a", "https://u:hunter3@a")}',
        )

        for part in (
            "groups.x.password: passwords never stand here",
            "groups.x.failover_allowed: a list allows no failovers",
            "groups.x.ca_file: a path of another machine",
            "groups.x.speed: unknown key; allowed are",
            "groups.x.timeout_s: must be a number of seconds",
            "groups.X.nodes.url: a: a user or password must not stand in a URL",
            "The name 'X' is used by two groups",
        ):
            assert part in told
        assert "hunter" not in told

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "is this a list of groups?"),
            ('format = "agmonitor groups"\nversion = 2\n', "must be 1"),
            (HEAD, "allowed are 1 to 1000"),
            (HEAD + "groups = 3\n", "list of tables"),
            (HEAD + "[settings]\n[[groups]]\n", "settings: unknown key"),
            (HEAD + '[[groups]]\nname = "lab"\n' + PAIR, "kept for the lab"),
            (HEAD + '[[groups]]\nname = "x"\nlab = true\n' + PAIR, "only the lab itself"),
            (HEAD + '[[groups]]\nname = "x"\nca_pem = "x"\n' + PAIR, "CERTIFICATE blocks"),
            (HEAD + '[[groups]]\nname = "x"\nca_pem = 3\n' + PAIR, "CERTIFICATE blocks"),
            (HEAD + "x = " + "[" * 5_000, "nested too deeply"),
            (b"\xff\xfe", "not UTF-8"),
            ("x = ", "not TOML"),
            (HEAD + "[[groups]]\n" * 1_001, "1001 groups"),
            ("#" * (BYTES_MAX + 1), "larger than 1000 kB"),
        ],
    )
    def test_what_is_no_list_is_refused(self, file: Path, text: str | bytes, said: str) -> None:
        assert said in mistakes(file, text)

    def test_mistakes_without_end_are_counted(self, file: Path) -> None:
        told = mistakes(file, HEAD + "[[groups]]\n" * 500)

        assert len(told.splitlines()) == 51
        assert "more mistakes" in told

    def test_signs_that_steer_a_terminal_never_reach_it(self, file: Path) -> None:
        told = mistakes(file, HEAD + '[[groups]]\n"\\u001b]0;owned\\u0007" = 1\nname = "x"\n' + PAIR)

        assert "\x1b" not in told

    def test_what_is_no_file_is_not_waited_for(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError):
            read_list(tmp_path)
        os.mkfifo(tmp_path / "fifo")
        with pytest.raises(ConfigError, match="no plain file"):
            read_list(tmp_path / "fifo")


class TestComparing:
    def test_each_group_is_new_changed_the_same_or_clashing(self) -> None:
        there = [GROUP, replace(GROUP, name="gw-stage", nodes=OTHERS, failover_allowed=False)]
        plain = replace(GROUP, failover_allowed=False)
        new_nodes = tuple(NodeAddress(n.name, n.url.replace("gw-", "gx-")) for n in NODES)
        coming = [
            plain,
            replace(plain, name="gw-stage", nodes=OTHERS, timeout_s=9.0, tags=("a", "b")),
            replace(plain, name="gw-new", nodes=new_nodes, insecure=True),  # type: ignore[arg-type]
            replace(plain, name="GW-Prod", nodes=OTHERS),
            replace(plain, name="gw-twin"),
        ]

        found = compare([Listed(one) for one in coming], there)

        assert [one.coming for one in found] == [
            Coming.SAME,
            Coming.CHANGED,
            Coming.NEW,
            Coming.CLASH,
            Coming.CLASH,
        ]
        assert found[1].why == "timeout_s = 9.0, tags = a b"
        assert found[2].why == "certificates are NOT checked"
        assert "gw-prod watches a node of it" in found[4].why

    def test_taking_in_neither_allows_nor_forbids_failovers(self) -> None:
        changed = replace(GROUP, timeout_s=9.0, failover_allowed=False)

        (one,) = compare([Listed(changed)], [GROUP])
        (new,) = compare([Listed(changed)], [])

        assert one.settings(None).failover_allowed
        assert not new.settings(None).failover_allowed

    def test_a_ca_is_compared_by_its_certificates(self, tmp_path: Path) -> None:
        first, second = trustme.CA(), trustme.CA()
        first.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        here = replace(GROUP, ca_file=str(tmp_path / "ca.pem"))
        plain = replace(GROUP, failover_allowed=False)
        pems = [one.cert_pem.bytes().decode().strip() + "\n" for one in (first, second)]

        found = [compare([Listed(plain, pem)], [here])[0] for pem in (*pems, None)]

        assert [one.coming for one in found] == [Coming.SAME, Coming.CHANGED, Coming.CHANGED]
        assert found[1].why == "ca_file"


KEYS = st.sampled_from(
    [
        "name",
        "nodes",
        "url",
        "user",
        "ca_pem",
        "tags",
        "resolvers",
        "dns_server",
        "timeout_s",
        "insecure",
        "x",
    ]
)
VALUES = st.recursive(
    st.none().map(lambda _: "")
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40)
@given(entries=st.lists(st.dictionaries(KEYS, VALUES, max_size=8), max_size=3))
def test_whatever_a_list_says_it_is_read_or_refused_with_sentences(
    entries: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("list") / "groups.toml"
    told = tomli_w.dumps({"format": "agmonitor groups", "version": 1, "groups": entries})
    file.write_bytes(told.encode("utf-8", "surrogatepass"))

    try:
        found = read_list(file)
    except ConfigError as error:
        told_of = [mistake.sentence for mistake in error.mistakes]
        assert told_of and all(told_of)  # noqa: PT018 - either way is right
    else:
        assert compare(found, [GROUP])
