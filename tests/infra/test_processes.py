"""No process outlives the stack, however it ends; what cannot start says why in one sentence."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil
import pytest

from infra.local import LocalCloud, LocalStackError, SiteServer, exec_to_ready
from infra.local.errors import EndpointDown
from tests.infra.conftest import BUNDLE, ROOT

GONE_SECONDS = 10

# Answers one request, so that fronts, function and endpoint all run, then says so and waits.
HOLDER = f"""
import time, httpx
from pathlib import Path
from infra.local import LocalCloud
cloud = LocalCloud(Path({str(BUNDLE)!r}))
cloud.start()
httpx.post(cloud.gateway_url, content=b"x", headers={{"Content-Type": "application/x-npy"}}, timeout=60)
print("ready", flush=True)
time.sleep(600)
"""

SERVE = """
import typer
from infra.commands import serve
app = typer.Typer()
app.command()(serve)
app()
"""


@pytest.fixture
def corrupt_bundle(tmp_path) -> Path:
    copy = tmp_path / "bundle"
    shutil.copytree(BUNDLE, copy)
    model = copy / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1] + b"\0")
    return copy


def run(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
    )


def survivors(children: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end within GONE_SECONDS; killed, so that a failed test leaves nothing either."""
    _, alive = psutil.wait_procs(children, timeout=GONE_SECONDS)
    for process in alive:
        process.kill()
    return alive


def descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_a_parent_that_ends_without_stopping_the_stack(number):
    holder = run(HOLDER)
    assert holder.stdout.readline() == "ready\n"
    children = descendants(holder.pid)
    assert len(children) == 3
    holder.send_signal(number)
    holder.communicate(timeout=30)
    assert survivors(children) == []


@pytest.mark.skipif(sys.platform != "linux", reason="relies on PR_SET_PDEATHSIG")
def test_nothing_outlives_fronts_that_are_killed():
    holder = run(HOLDER)
    assert holder.stdout.readline() == "ready\n"
    children = descendants(holder.pid)
    (fronts,) = [child for child in children if "infra.local" in child.cmdline()]
    fronts.kill()
    # The fronts themselves stay a zombie as long as their parent, asleep here, does not collect them.
    alive = survivors(set(children) - {fronts})
    holder.kill()
    holder.communicate()
    assert alive == []


def test_stop_leaves_nothing_and_may_come_twice():
    before = set(descendants(os.getpid()))
    cloud = LocalCloud(BUNDLE)
    cloud.start()
    assert set(descendants(os.getpid())) - before
    cloud.stop()
    cloud.stop()
    assert set(descendants(os.getpid())) == before
    with pytest.raises(LocalStackError, match="not been started"):
        cloud.make_cold()


def test_a_callers_own_folder_named_infra_is_not_taken_for_ours(tmp_path, monkeypatch):
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    with LocalCloud(BUNDLE) as cloud:
        assert cloud.alive


def test_a_corrupt_bundle_is_refused_before_anything_is_served(corrupt_bundle):
    with pytest.raises(LocalStackError, match=r"model\.onnx has SHA-256") as caught:
        LocalCloud(corrupt_bundle).start()
    assert "\n" not in str(caught.value)


def test_a_busy_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(LocalStackError, match=f"Port {port} .*--api-port"):
            LocalCloud(BUNDLE, api_port=port).start()


def test_exec_to_ready_times_a_process_and_leaves_none():
    before = descendants(os.getpid())
    assert 10 < exec_to_ready(BUNDLE) < 60_000
    assert descendants(os.getpid()) == before


def test_exec_to_ready_tells_why_an_endpoint_does_not_start(corrupt_bundle):
    with pytest.raises(EndpointDown, match=r"model\.onnx has SHA-256"):
        exec_to_ready(corrupt_bundle)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_prints_its_addresses_and_stops_cleanly(number, built_site):
    serve = run(SERVE, "--port", "0", "--api-port", "0")
    assert serve.stdout.readline().startswith("Site  http://127.0.0.1:")
    assert serve.stdout.readline().startswith("API   http://127.0.0.1:")
    children = descendants(serve.pid)
    serve.send_signal(number)
    _, errors = serve.communicate(timeout=30)
    assert (serve.returncode, errors) == (0, "")
    assert survivors(children) == []


def test_serve_without_a_bundle_is_one_sentence_and_exit_code_2(tmp_path):
    serve = run(SERVE, "--bundle", str(tmp_path))
    output, errors = serve.communicate(timeout=30)
    assert serve.returncode == 2
    assert output == ""
    assert errors.count("\n") == 1
    assert "manifest.json" in errors


def test_serve_on_a_busy_port_is_one_sentence_and_exit_code_2():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        serve = run(SERVE, "--port", "0", "--api-port", port)
        _, errors = serve.communicate(timeout=30)
    assert serve.returncode == 2
    assert errors.count("\n") == 1
    assert port in errors


def test_a_site_that_is_not_built_names_the_command_that_builds_it(tmp_path):
    with pytest.raises(LocalStackError, match="make site"):
        SiteServer(tmp_path / "dist").start()
