"""Our peers, run on the same servers: prometheus-blackbox-exporter and check_http."""

from __future__ import annotations

import http.client
import resource
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from row import cpu_s_of

CHECK_HTTP = Path("/usr/lib/nagios/plugins/check_http")
MODULES = """\
modules:
  group: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4}}
  missing: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4, valid_status_codes: [404]}}
  host: {prober: dns, timeout: 5s, dns: {query_name: NAME, query_type: A, preferred_ip_protocol: ip4}}
  txt: {prober: dns, timeout: 5s, dns: {query_name: NAME, query_type: TXT, preferred_ip_protocol: ip4}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Blackbox:
    """A running blackbox_exporter. ``probe`` asks it for one probe, as Prometheus would."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def probe(self, module: str, target: str) -> None:
        self.connection.request("GET", f"/probe?module={module}&target={target}")
        text = self.connection.getresponse().read()
        if b"probe_success 1" not in text:
            raise RuntimeError(text.decode()[-400:])

    def cpu_us_of_turns(self, turns: Sequence[Sequence[tuple[str, str]]], count: int, rate: float) -> float:
        """CPU of one turn of probes, paced; ``count`` turns take ``turns`` in order, again and again."""
        for module, target in turns[0]:
            self.probe(module, target)
        began_cpu, began = cpu_s_of(self.process.pid), time.monotonic()
        for turn in range(count):
            time.sleep(max(0.0, began + turn / rate - time.monotonic()))
            for module, target in turns[turn % len(turns)]:
                self.probe(module, target)
        return (cpu_s_of(self.process.pid) - began_cpu) / count * 1e6


@contextmanager
def blackbox(fqdn: str) -> Iterator[Blackbox | None]:
    program = shutil.which("prometheus-blackbox-exporter")
    if program is None:
        yield None
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "blackbox.yml"
        config.write_text(MODULES.replace("NAME", fqdn), encoding="utf-8")
        command = [
            program,
            f"--config.file={config}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield Blackbox(process, port)
        finally:
            process.terminate()
            process.wait(10)


def check_http_cpu_us(port: int, count: int) -> float | None:
    if not CHECK_HTTP.exists():
        return None
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(count):
        command = [str(CHECK_HTTP), "-I", "127.0.0.1", "-p", str(port), "-u", "/ag/api/v1/group"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used / count * 1e6
