"""What a person wrote into the settings file stays when the program saves it: comments, order, layout."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agmonitor.config import settings
from agmonitor.config.settings import Config, load, save
from agmonitor.domain.model import GroupSettings
from tests.config.groups import group

TEXT = """\
# The groups of the night shift.
# Ask Alice before adding one.

[history]
raw_days = 14  # auditors want two weeks

# the busy one
[[groups]]
name = "gw-prod"          # as in the wiki
tags = [
    "emea",  # not apac
    "prod",
]
user = "monitor"
timeout_s = 5.0 # the default, on purpose
# by address, not by name
nodes = [{name = "gw-1", url = "https://192.0.2.11"}, {name = "gw-2", url = "https://192.0.2.12"}]

# the old pair, until spring
[[groups]]
cadence_s = 4
name = "gw-old"
[[groups.nodes]]
url = "https://192.0.2.21" # rack 7
name = "old-1"
[[groups.nodes]]
url = "https://192.0.2.22" # rack 9
name = "old-2"

# nobody is woken by the old one
[alerts]
desktop = true

[alerts.groups.gw-old]
least = "critical"
# end
"""


def after(path: Path, change: Callable[[Config], Config], text: str = TEXT) -> list[str]:
    """The lines that came and went, as a change of the settings was saved."""
    file = path / "settings.toml"
    file.write_bytes(text.encode())
    wanted = change(load(file))
    save(file, wanted)
    assert load(file) == wanted
    return changed(text, file.read_bytes().decode())


def changed(before: str, now: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:2] not in {"--", "++", "@@"}]


def with_group(name: str, **changes: object) -> Callable[[Config], Config]:
    def change(config: Config) -> Config:
        groups = (replace(one, **changes) if one.name == name else one for one in config.groups)  # type: ignore[arg-type]
        return replace(config, groups=tuple(groups))

    return change


def test_settings_that_have_not_changed_are_kept_letter_by_letter(tmp_path: Path) -> None:
    assert after(tmp_path, lambda config: config) == []
    assert after(tmp_path, lambda config: config, TEXT.replace("\n", "\r\n")) == []
    assert after(tmp_path, lambda config: config, TEXT.rstrip("\n")) == []


@pytest.mark.parametrize("name", ["gw-prod", "gw-old"])
def test_allowing_and_forbidding_touches_one_line(tmp_path: Path, name: str) -> None:
    assert after(tmp_path, with_group(name, failover_allowed=True)) == ["+failover_allowed = true"]
    allowed = (tmp_path / "settings.toml").read_text()
    assert after(tmp_path, with_group(name, failover_allowed=False), allowed) == ["-failover_allowed = true"]


def test_a_changed_value_keeps_the_comment_beside_it(tmp_path: Path) -> None:
    nodes = group().nodes
    assert after(tmp_path, with_group("gw-prod", user="reader")) == ['-user = "monitor"', '+user = "reader"']
    elsewhere = (replace(nodes[0], name="old-1", url="https://192.0.2.29"), replace(nodes[1], name="old-2"))
    lines = after(tmp_path, with_group("gw-old", nodes=elsewhere))
    assert '+url = "https://192.0.2.29" # rack 7' in lines
    assert all("rack" in line for line in lines)


def test_a_renamed_group_keeps_its_block(tmp_path: Path) -> None:
    def rename(config: Config) -> Config:
        groups = (replace(one, name="gw-paris") if one.name == "gw-prod" else one for one in config.groups)
        return replace(config, groups=tuple(groups))

    assert after(tmp_path, rename) == [
        '-name = "gw-prod"          # as in the wiki',
        '+name = "gw-paris"          # as in the wiki',
    ]


def test_a_removed_group_takes_its_comments_along_and_no_others(tmp_path: Path) -> None:
    lines = after(tmp_path, lambda config: replace(config, groups=config.groups[1:]))

    assert {line[0] for line in lines} == {"-"}
    assert [line for line in lines if "#" in line] == [
        "-# the busy one",
        '-name = "gw-prod"          # as in the wiki',
        '-    "emea",  # not apac',
        "-timeout_s = 5.0 # the default, on purpose",
        "-# by address, not by name",
    ]


def test_a_group_that_is_added_stands_behind_the_others_and_changes_nothing(tmp_path: Path) -> None:
    lines = after(tmp_path, lambda config: replace(config, groups=(*config.groups, group(name="new"))))

    assert {line[0] for line in lines} == {"+"}
    assert lines[:2] == ["+[[groups]]", '+name = "new"']


def test_the_other_tables_are_changed_in_place(tmp_path: Path) -> None:
    def longer(config: Config) -> Config:
        return replace(config, history=replace(config.history, raw_days=30))

    def louder(config: Config) -> Config:
        doors = replace(config.alerts.doors, sound=True)
        return replace(config, alerts=replace(config.alerts, doors=doors))

    assert after(tmp_path, longer) == [
        "-raw_days = 14  # auditors want two weeks",
        "+raw_days = 30  # auditors want two weeks",
    ]
    assert after(tmp_path, louder) == ["+sound = true"]


def test_the_head_of_a_file_without_groups_stays(tmp_path: Path) -> None:
    head = "# Mine.\n\n"
    for text in (head, head + "groups = []\n"):
        after(tmp_path, lambda config: replace(config, groups=(group(name="new"),)), text)
        assert (tmp_path / "settings.toml").read_text().startswith(head + "[[groups]]\n")
    after(tmp_path, lambda config: replace(config, groups=()), TEXT.split("# nobody", maxsplit=1)[0])
    assert (tmp_path / "settings.toml").read_text().startswith("# The groups of the night shift.\n")


@pytest.mark.parametrize(
    "text",
    [
        'groups = [{name = "gw-prod", nodes = [{name="a", url="https://a"}, {name="b", url="https://b"}]}]\n',
        TEXT.replace("[[groups]]", '[["groups"]]'),
        TEXT.replace('"monitor"', '"""\\\n[[groups]]"""'),
        TEXT.replace("[history]\nraw_days = 14  # auditors", "history.raw_days = 14  # auditors"),
    ],
    ids=["inline", "quoted", "header in a text", "dotted"],
)
def test_what_cannot_be_changed_in_parts_is_saved_all_the_same(tmp_path: Path, text: str) -> None:
    after(tmp_path, with_group("gw-prod", failover_allowed=True), text)


@pytest.mark.parametrize(
    "text", ["[[groups]\n", "\xff", "colour = 1\n", "[[groups]]\n" * 3, "a = " + "[" * 5000]
)
def test_a_damaged_file_is_replaced_as_ever(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(text.encode("latin-1"))
    wanted = Config((group(name="new"),))

    save(file, wanted)

    assert load(file) == wanted


def test_a_file_that_no_person_wrote_is_not_gone_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "KEPT_BYTES", len(TEXT) - 1)

    assert "-# The groups of the night shift." in after(tmp_path, with_group("gw-prod", user="reader"))


def test_a_text_that_says_something_else_is_never_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "changed_text", lambda text, _before, _after: text)

    after(tmp_path, with_group("gw-prod", user="reader"))


NAMES = st.sampled_from(["gw-prod", "gw-old", "gw-3", 'odd "one" # 4', "üñï"])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "user": st.sampled_from([None, "reader", 'quo"te', "# none"]),
        "failover_allowed": st.booleans(),
        "insecure": st.booleans(),
        "judge_clients": st.sampled_from([None, True, False]),
        "timeout_s": st.sampled_from([5.0, 2.5]),
        "tags": st.sampled_from([(), ("a",), ("a", "b#c")]),
        "sign_in_extras": st.sampled_from([(), (("bam_alias", "main"),)]),
    },
)


@given(st.lists(st.tuples(NAMES, CHANGES), max_size=4, unique_by=lambda one: one[0]))
def test_whatever_is_saved_one_after_another_comes_back(
    tmp_path_factory: pytest.TempPathFactory, wishes: list[tuple[str, dict[str, object]]]
) -> None:
    file = tmp_path_factory.mktemp("kept") / "settings.toml"
    file.write_text(TEXT, encoding="utf-8")
    for name, changes in wishes:
        config = load(file)
        known: dict[str, GroupSettings] = {one.name: one for one in config.groups}
        known[name] = replace(known.get(name, group(name=name)), **changes)  # type: ignore[arg-type]
        wanted = replace(config, groups=tuple(known.values()))
        save(file, wanted)
        assert load(file) == wanted
        assert "# Ask Alice before adding one." in file.read_text(encoding="utf-8")
