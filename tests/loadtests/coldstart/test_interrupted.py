import signal
import subprocess
import sys
import time

import psutil
import pytest

from analysis import read_records
from infra.local.processes import PROJECT_ROOT


@pytest.mark.slow
def test_a_run_ended_by_sigterm_keeps_and_shows_what_it_measured_and_leaves_no_process(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", "from cerca.main import main; main()", "coldstart", "--reports", str(tmp_path)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (measured := [path for path in tmp_path.glob("*/samples.jsonl") if "exec_to_ready" in path.read_text()]):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    shown, _ = process.communicate(timeout=90)
    assert process.returncode == 130
    assert "endpoint process, exec to first 200" in shown
    *_, last = read_records(measured[0])
    assert last.kind == "end" and not last.completed
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
