"""What BIND 9 is told to be the lab's name server, and what it means when it will not.

Texts only, and where its program is; ``bind`` runs it.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from agmonitor.lab.errors import LabError

PROGRAM = "named"
SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin")  # often in root's PATH alone
CONF, ZONE = "named.conf", "zone"
FIRST_LOG, LOG = "start.log", "named.log"  # until its settings are read, and from then on
ADDRESS = "127.0.0.1"  # BIND listens on addresses that an interface has, and loopback has but this one
APEX_TTL_S = 60
SERIOUS = re.compile("error|fail|denied|could not|unable|in use")
APPARMOR_PROFILE = Path("/etc/apparmor.d/usr.sbin.named")


@dataclass(frozen=True, slots=True)
class BindSetup:
    """One BIND 9 with one zone, in a folder of its own."""

    folder: Path
    port: int
    zone: str
    negative_ttl_s: int
    tsig_name: str
    tsig_algorithm: str
    tsig_secret: str

    def command(self, program: Path) -> tuple[str, ...]:
        """In the foreground, over IPv4, with one thread."""
        first_log, conf = str(self.folder / FIRST_LOG), str(self.folder / CONF)
        return (str(program), "-f", "-4", "-n", "1", "-L", first_log, "-c", conf)

    def log(self) -> str:
        """What it has written so far."""
        written = [self.folder / name for name in (FIRST_LOG, LOG)]
        return "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in written if log.exists())

    def conf(self) -> str:
        """``named.conf``: one address, one port, one zone, one key, and none of its usual rest."""
        return f"""\
options {{
    directory {_quoted(str(self.folder))};
    listen-on port {self.port} {{ {ADDRESS}; }};
    listen-on-v6 {{ none; }};
    automatic-interface-scan no;
    pid-file none;
    session-keyfile none;
    recursion no;
    allow-transfer {{ none; }};
    notify no;
    dnssec-validation no;
    empty-zones-enable no;
    minimal-responses yes;
    max-journal-size 1m;
}};
controls {{ }};
logging {{
    channel lab {{ stderr; severity info; print-time iso8601; print-category yes; }};
    category default {{ lab; }};
    category update {{ null; }}; // every heartbeat is one
}};
key {_quoted(self.tsig_name)} {{
    algorithm {self.tsig_algorithm};
    secret {_quoted(self.tsig_secret)};
}};
zone {_quoted(self.zone)} {{
    type primary;
    file {_quoted(ZONE)};
    allow-update {{ key {_quoted(self.tsig_name)}; }};
}};
"""

    def zone_file(self) -> str:
        """The zone as it begins: its top, and nobody below but the server itself."""
        return f"""\
$TTL {APEX_TTL_S}
@ SOA ns hostmaster 1 60 30 3600 {self.negative_ttl_s}
@ NS ns
ns A {ADDRESS}
"""


def program() -> Path:
    """Where ``named`` is.

    Raises:
        LabError: it is not installed, with what to do.
    """
    path = os.pathsep.join((os.environ.get("PATH", ""), *SYSTEM_FOLDERS))
    found = shutil.which(PROGRAM, path=path)
    if found is None:
        raise LabError(
            "The lab's DNS cannot be BIND: named is not installed here. On Debian or Ubuntu: "
            "sudo apt-get install bind9. Without --dns bind, the lab's own name server serves."
        )
    return Path(found)


def why_it_fails(log: str, folder: Path) -> str:
    """From what BIND wrote, the reason in a sentence's words, without its last stop."""
    told = [line.strip() for line in log.splitlines() if line.strip()]
    if any("permission denied" in line for line in told) and APPARMOR_PROFILE.exists():
        labs = folder.parents[1]
        return (
            f"BIND may not use {folder}, probably because AppArmor keeps it out. Add the line "
            f'"{labs}/** rwk," to {APPARMOR_PROFILE.parent / "local" / APPARMOR_PROFILE.name} and run: '
            f"sudo apparmor_parser -r {APPARMOR_PROFILE}"
        )
    serious = [line for line in told if SERIOUS.search(line)]
    last = (serious or told or ["it gave no reason"])[-1]
    return f"BIND says: {last.rstrip('.')}"


def _quoted(text: str) -> str:
    """A string of ``named.conf``."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
