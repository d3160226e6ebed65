"""Add a group: every mistake stands beside its field, and what was typed stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agmonitor.domain.model import HostPort
from agmonitor.ui.group_dialog import GroupDialog
from tests.ui import staged

RIGHT = {
    "name": "gw-prod",
    "first__name": "gw-1",
    "first__url": "https://192.0.2.1",
    "second__name": "gw-2",
    "second__url": "https://192.0.2.2",
}


@pytest.fixture
def dialog(qtbot: QtBot) -> GroupDialog:
    made = GroupDialog(frozenset({"gw-stage"}))
    qtbot.addWidget(made)
    made.fill(**RIGHT)
    return made


def test_what_is_right_is_handed_out_with_its_password(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.fill(user="monitor", password="secret", dns_server="192.0.2.53:5353", timeout_s="2,5")

    with qtbot.waitSignal(dialog.save_asked) as asked:
        dialog.save.click()

    settings, password = asked.args
    assert settings.dns_server == HostPort("192.0.2.53", 5353)
    assert (settings.timeout_s, settings.user, password) == (2.5, "monitor", "secret")
    assert not settings.failover_allowed
    assert not dialog.mistakes


def test_the_keyboard_goes_to_the_first_mistake(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.show()
    dialog.fill(second__url="", fqdn="not a name")

    dialog.save.click()

    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "URL of the second node"


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "must be filled"),
        ("name", "gw-stage", "is used already"),
        ("name", "lab", "kept for the lab"),
        ("first__url", "http://192.0.2.1", "plain http"),
        ("second__url", "ftp://192.0.2.2", "https://"),
        ("second__url", "https://user:secret@192.0.2.2", "must not stand in a URL"),
        ("first__name", "a=b", "no name"),
        ("fqdn", "not a name", "no domain name"),
        ("dns_server", "host:port:more", "HOST:PORT"),
        ("timeout_s", "soon", "no number"),
        ("timeout_s", "900", "out of range"),
        ("ca_file", "/nowhere/ca.pem", "no file"),
    ],
)
def test_a_mistake_stands_beside_its_field(
    qtbot: QtBot, dialog: GroupDialog, field: str, typed: str, said: str
) -> None:
    dialog.fill(**{field: typed})

    with qtbot.assertNotEmitted(dialog.save_asked):
        dialog.save.click()

    key = field.replace("__", ".")
    assert said in dialog.mistakes[key]
    assert list(dialog.mistakes) == [key]
    assert dialog.typed(key) == typed


def test_a_password_in_a_url_is_not_repeated(dialog: GroupDialog) -> None:
    dialog.fill(first__url="https://user:hunter2@192.0.2.1")

    dialog.save.click()

    assert "hunter2" not in str(dialog.mistakes)


def test_both_nodes_alike_are_told(dialog: GroupDialog) -> None:
    dialog.fill(second__url=RIGHT["first__url"])

    dialog.save.click()

    assert "same URL" in dialog.mistakes["second.name"]


def test_plain_http_can_be_allowed(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.fill(first__url="http://192.0.2.1")
    dialog.form.allow_http(allowed=True)

    with qtbot.waitSignal(dialog.save_asked) as asked:
        dialog.save.click()

    assert asked.args[0].allow_http


def test_a_corrected_mistake_is_gone(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.fill(name="lab")
    dialog.save.click()
    dialog.fill(name="gw-other")

    with qtbot.waitSignal(dialog.save_asked):
        dialog.save.click()

    assert not dialog.mistakes


def test_tags_are_words_however_they_are_parted(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.fill(tags="prod, #emea prod")

    with qtbot.waitSignal(dialog.save_asked) as asked:
        dialog.save.click()

    assert asked.args[0].tags == ("prod", "emea")


def test_a_failed_saving_is_told_and_can_be_repeated(
    qtbot: QtBot, dialog: GroupDialog, tmp_path: Path
) -> None:
    dialog.save.click()
    dialog.refuse(f"{tmp_path} cannot be written.")

    with qtbot.waitSignal(dialog.save_asked):
        dialog.save.click()

    assert dialog.typed("name") == "gw-prod"


def test_with_many_mistakes_it_stays_on_the_screen(qtbot: QtBot) -> None:
    dialog = GroupDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.fill(fqdn="no name", user="\x9b", tags="x" * 33, ca_file="/nowhere", timeout_s="900")

    dialog.save.click()
    qtbot.waitUntil(lambda: len(dialog.mistakes) >= 5)

    assert dialog.minimumHeight() <= dialog.screen().availableGeometry().height()
    first = dialog.focusWidget()
    assert first is not None
    assert first.visibleRegion().boundingRect().height() > 0


def test_an_edited_group_that_may_be_failed_over_is_not_said_to_be_read_only(qtbot: QtBot) -> None:
    for allowed in (True, False):
        made = GroupDialog(before=staged.settings(allowed=allowed))
        qtbot.addWidget(made)

        said = " ".join(label.text() for label in made.findChildren(QLabel))

        assert ("Failover is allowed" in said, "Failover stays forbidden" in said) == (allowed, not allowed)


def test_resolvers_and_what_is_seldom_set_are_handed_out(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.fill(resolvers="192.0.2.53, dns.example.net:5353", cadence_s="4", sign_in_extras="bam_alias=main")
    dialog.form.more.judge.setCurrentIndex(2)
    dialog.form.more.proxies.setChecked(True)

    with qtbot.waitSignal(dialog.save_asked) as asked:
        dialog.save.click()

    settings = asked.args[0]
    assert settings.resolvers == (HostPort("192.0.2.53", 53), HostPort("dns.example.net", 5353))
    assert (settings.cadence_s, settings.judge_clients, settings.use_proxies) == (4, False, True)
    assert settings.sign_in_extras == (("bam_alias", "main"),)


def test_an_edited_group_keeps_its_resolvers_and_what_is_seldom_set(qtbot: QtBot) -> None:
    before = replace(
        staged.settings(allowed=True),
        name="gw-prod",
        resolvers=(HostPort("2001:db8::53", 5353), HostPort("dns.example.net", 53)),
        cadence_s=7.5,
        judge_clients=True,
        use_proxies=True,
        sign_in_extras=(("bam_url", "https://bam.example.net"), ("bam_alias", "main")),
    )
    dialog = GroupDialog(before=before)
    qtbot.addWidget(dialog)

    with qtbot.waitSignal(dialog.save_asked) as asked:
        dialog.save.click()

    assert asked.args[0] == before


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("resolvers", "192.0.2.53 192.0.2.54:99999", "no HOST:PORT"),
        ("cadence_s", "0", "out of range"),
        ("sign_in_extras", "bam_alias", "Give KEY=VALUE"),
        ("sign_in_extras", "who=me", "allowed are bam_url"),
    ],
)
def test_a_mistake_in_what_is_folded_unfolds_it(
    dialog: GroupDialog, field: str, typed: str, said: str
) -> None:
    dialog.show()
    dialog.fill(**{field: typed})

    dialog.save.click()

    assert list(dialog.mistakes) == [field]
    assert said in dialog.mistakes[field]
    assert dialog.form.fields[field].isVisible()


def test_a_resolver_is_checked_when_its_field_is_left(dialog: GroupDialog) -> None:
    dialog.show()
    field = dialog.form.fields["resolvers"]
    field.setText("no such:port")
    field.editingFinished.emit()

    assert "no HOST:PORT" in dialog.mistakes["resolvers"]


def test_the_dialog_grows_with_what_is_unfolded(qtbot: QtBot, dialog: GroupDialog) -> None:
    dialog.show()
    before = dialog.height()

    dialog.form.more.fold.click()

    qtbot.waitUntil(lambda: dialog.height() > before)
    qtbot.waitUntil(lambda: not dialog.form.more.proxies.visibleRegion().isEmpty())
