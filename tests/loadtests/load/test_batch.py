import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.load.batch import MOST_BYTES, Batch, SamplesFile
from loadtests.load.errors import LoadError


def test_lines_are_handed_over_together_and_in_order():
    handed = []
    batch = Batch(handed.append)
    lines = [f"{number}\n".encode() * 20 for number in range(2000)]
    for line in lines:
        batch.add(line)
    batch.flush()
    batch.flush()
    assert b"".join(handed) == b"".join(lines)
    assert 1 < len(handed) < 10
    assert all(len(part) >= MOST_BYTES for part in handed[:-1])


def test_processes_that_append_at_once_leave_whole_lines(tmp_path):
    path = tmp_path / "samples.jsonl"
    script = (
        "import sys; from pathlib import Path; from loadtests.load.batch import SamplesFile\n"
        "file = SamplesFile(Path(sys.argv[1]))\n"
        "for _ in range(200): file.append(sys.argv[2].encode() * 3000 + b'\\n')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(path), letter]) for letter in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    lines = path.read_bytes().splitlines()
    assert sorted(lines) == [b"a" * 3000] * 200 + [b"b" * 3000] * 200


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_full_disk_is_told():
    with SamplesFile(Path("/dev/full")) as samples, pytest.raises(LoadError, match="cannot be written"):
        samples.append(b"{}\n")


def test_a_file_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(LoadError, match="choose another with --samples"):
        SamplesFile(tmp_path / "nowhere" / "samples.jsonl")
