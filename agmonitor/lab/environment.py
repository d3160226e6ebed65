"""The environment a child of the lab gets: ours without its secrets, because nodes run foreign workflows."""

from __future__ import annotations

import re
from collections.abc import Mapping

SECRET_NAME = re.compile(
    r"PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|COOKIE|NETRC|_DSN$|DATABASE_URL|CONNECTION_STRING"
    r"|^(AGMONITOR|AWS|AZURE|GCP|GOOGLE|GITHUB|GITLAB|DOCKER|KUBE|VAULT|PG|MYSQL|LDAP|SSH|GPG|DBUS)_"
    r"|^(KUBECONFIG|DISPLAY|WAYLAND_DISPLAY)$",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(r"://[^/\s]*:[^/\s]*@")  # a URL with user and password, as proxies are set


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """What may be handed on; rather too little than too much, the session bus and display included."""
    return {
        name: value
        for name, value in environment.items()
        if not SECRET_NAME.search(name) and not SECRET_VALUE.search(value)
    }
