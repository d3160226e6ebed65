"""What a child of the lab may know of our environment."""

from __future__ import annotations

import pytest

from agmonitor.lab.environment import without_secrets


@pytest.mark.parametrize(
    "name",
    [
        "AGMONITOR_PASSWORD",
        "AGMONITOR_HOME",
        "DB_PASSWORD",
        "db_passwd",
        "PGPASSFILE",
        "API_TOKEN",
        "CLIENT_SECRET",
        "SSH_AUTH_SOCK",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "SIGNING_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "DBUS_SESSION_BUS_ADDRESS",
        "KUBECONFIG",
        "DATABASE_URL",
        "SENTRY_DSN",
        "XAUTHORITY",
        "DISPLAY",
    ],
)
def test_secrets_and_the_ways_to_them_stay_here(name: str) -> None:
    assert without_secrets({name: "x"}) == {}


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "LANG", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH", "MY_WORKFLOW_MODE"]
)
def test_what_programs_need_goes_along(name: str) -> None:
    assert without_secrets({name: "x"}) == {name: "x"}


def test_a_url_with_a_password_in_it_stays_here_whatever_its_name() -> None:
    given = {"https_proxy": "http://me:pw@proxy.test:3128", "http_proxy": "http://proxy.test:3128"}

    assert without_secrets(given) == {"http_proxy": "http://proxy.test:3128"}
