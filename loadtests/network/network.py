"""`EmulatedNetwork`: a profile as a visitor meets it, with a Chromium on one side and the servers on the other."""

import contextlib
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from infra.local.processes import PROJECT_ROOT, die_with_parent
from loadtests.chromium import find_chromium
from loadtests.network.certificate import Certificate, make
from loadtests.network.emulator import API, SITE
from loadtests.network.errors import EmulationMissing, NetworkError
from loadtests.network.profiles import Profile

SITE_NAME = "site.cerca.test"
API_NAME = "api.cerca.test"
SITE_URL = f"https://{SITE_NAME}/"

_CAP_NET_ADMIN = 12
_CAP_SYS_ADMIN = 21
_STOP_SECONDS = 5
_LOOPBACK = "127.0.0.1"


def api_url(gateway_url: str) -> str:
    """What a page inside calls the gateway that is at `gateway_url` on this machine."""
    return f"https://{API_NAME}{urlsplit(gateway_url).path}"


def why_not_emulated() -> str | None:
    """What this machine lacks for emulation at packet level, as the end of a sentence; None when it lacks nothing."""
    if sys.platform != "linux":
        return "it needs Linux"
    if not _may_administer():
        return "it needs root, with the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN"
    for program in ("ip", "nsenter", "unshare"):
        if shutil.which(program) is None:
            return f"it needs the program {program} (Debian and Ubuntu: apt-get install iproute2 util-linux)"
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "it needs /dev/net/tun"
    return None


def _may_administer() -> bool:
    """Root in a container often may not."""
    status = Path("/proc/self/status").read_text()
    effective = int(next(line for line in status.splitlines() if line.startswith("CapEff:")).split()[1], 16)
    return all(effective >> capability & 1 for capability in (_CAP_NET_ADMIN, _CAP_SYS_ADMIN))


@dataclass(frozen=True)
class FarEnd:
    """Where those who measure a network ask: the client's namespace (None: this one), an address, its ports."""

    namespace: str | None
    address: str
    echo: int
    train: int
    control: int


class EmulatedNetwork:
    """Two network namespaces and the link between them; a loopback profile has neither. A context manager.

    site_port, gateway_url: servers on this machine's loopback, which pages inside reach over TLS as `SITE_URL` and
    `api_url(gateway_url)`; None where only the network itself is wanted. Start it from the main thread: its processes
    end with that. Nothing is left over, however this process ends.
    """

    emulation: Literal["tun", "none"]

    def __init__(self, profile: Profile, site_port: int | None = None, gateway_url: str | None = None) -> None:
        self.profile = profile
        self.emulation = "tun" if profile.emulated else "none"
        self._site_port = site_port
        self._gateway_url = gateway_url
        self._stack = contextlib.ExitStack()
        self._far_end: FarEnd | None = None
        self.client_namespace: str | None = None
        self._certificate: Certificate | None = None
        self._chromium: Path | None = None

    def start(self) -> None:
        """Returns when both sides are up. Raises EmulationMissing, or NetworkError when it fails in spite of all."""
        if self.profile.emulated and (lacking := why_not_emulated()):
            raise EmulationMissing(f"{self.profile.name} cannot be emulated at packet level here: {lacking}.")
        try:
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="cerca-network-")))
            server_namespace = self._start_emulator() if self.profile.emulated else None
            self._start_far_end(server_namespace, folder)
            if self.profile.emulated:
                self._chromium = _chromium_inside(self.client_namespace, folder)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends everything. Safe to call twice."""
        self._stack.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def far_end(self) -> FarEnd:
        if self._far_end is None:
            raise NetworkError("This network has not been started.")
        return self._far_end

    @property
    def chromium(self) -> Path | None:
        """A program that is Chromium inside the network; None: any Chromium will do."""
        return self._chromium

    @property
    def switches(self) -> list[str]:
        """What that Chromium must be told besides: the one public key that it may trust."""
        return [] if self._certificate is None else [f"--ignore-certificate-errors-spki-list={self._certificate.spki}"]

    @property
    def authority(self) -> Path | None:
        """PEM of the authority that other clients must trust; None without TLS."""
        return None if self._certificate is None else self._certificate.authority

    def command(self, arguments: Sequence[str]) -> list[str]:
        """The command that runs `arguments` on the client's side, which resolves no names: see `urls_by_address`."""
        if self.client_namespace is None:
            return list(arguments)
        return ["nsenter", f"--net={self.client_namespace}", "--", *arguments]

    @property
    def urls_by_address(self) -> tuple[str, str]:
        """Site and API for commands inside that resolve no names; the certificate holds for these too."""
        return f"https://{SITE}/", f"https://{API}{urlsplit(self._gateway_url or '').path}"

    def _start_emulator(self) -> str:
        nominal = self.profile.nominal.model_dump()
        where = self._start_process("loadtests.network.emulator", nominal)
        self.client_namespace = where["client"]
        return where["server"]

    def _start_far_end(self, namespace: str | None, folder: Path) -> None:
        names: dict[str, str] = {}
        forward: list[tuple[str, str, int]] = []
        if namespace is not None and self._site_port is not None:
            forward.append((SITE, _LOOPBACK, self._site_port))
            names[SITE_NAME] = SITE
        if namespace is not None and self._gateway_url is not None:
            forward.append((API, _LOOPBACK, urlsplit(self._gateway_url).port or 80))
            names[API_NAME] = API
        settings: dict[str, Any] = {"namespace": namespace, "forward": forward, "names": names}
        settings["address"] = SITE if namespace else _LOOPBACK
        if forward:
            self._certificate = make(folder, [SITE_NAME, API_NAME], [SITE, API])
            paths = {name: str(path) for name, path in asdict(self._certificate).items() if name in ("chain", "key")}
            settings |= paths
        ports = self._start_process("loadtests.network.far_end", settings)["ready"]
        if self._certificate is not None:
            # Read by now; a process that is killed leaves no key behind.
            self._certificate.key.unlink()
        self._far_end = FarEnd(self.client_namespace, settings["address"], **ports)

    def _start_process(self, module: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Starts it, to be ended by `stop`, and returns what it says of itself. Raises NetworkError."""
        # A session of its own: Ctrl-C reaches this process alone, which then ends them in order.
        process = subprocess.Popen(
            [sys.executable, "-m", module, json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT_ROOT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
        self._stack.callback(_end, process)
        line = process.stdout.readline()
        said = json.loads(line) if line else {"error": f"{module} ended at once; its last words are on stderr."}
        if "error" in said:
            raise NetworkError(f"The network {self.profile.name} could not be made: {said['error']}")
        return said


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def _chromium_inside(namespace: str, folder: Path) -> Path:
    """A script that is Chromium in that namespace, with the names of its own resolver and no other."""
    resolver = folder / "resolv.conf"
    resolver.write_text(f"nameserver {SITE}\noptions timeout:2\n")
    inner = f'mount --bind {shlex.quote(str(resolver))} /etc/resolv.conf && exec nsenter --net={namespace} -- "$0" "$@"'
    script = folder / "chromium"
    browser = shlex.quote(str(find_chromium()))
    # The mount is seen in a mount namespace of its own, which ends with the browser.
    script.write_text(f'#!/bin/sh\nexec unshare --mount -- sh -c {shlex.quote(inner)} {browser} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script
