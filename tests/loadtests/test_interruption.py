"""Ctrl-C and SIGTERM reach a whole process group: what a child's end raises is the interruption."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from loadtests.interruption import interruptible

LOSES_ITS_CHILD = """
import asyncio
from loadtests.interruption import interruptible

async def main():
    async with interruptible():
        child = await asyncio.create_subprocess_exec("sleep", "60")
        print("ready", flush=True)
        raise RuntimeError(f"the child ended: {await child.wait()}")

try:
    asyncio.run(main())
except asyncio.CancelledError:
    print("in order", flush=True)
"""

BLOCKS_THE_LOOP = LOSES_ITS_CHILD.replace("{await child.wait()}", "{__import__('os').waitpid(child.pid, 0)}")


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("program", [LOSES_ITS_CHILD, BLOCKS_THE_LOOP], ids=["waiting", "not looking"])
def test_a_signal_to_the_group_is_an_interruption_whatever_it_breaks(program, ask):
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, ask)
        printed, errors = process.communicate(timeout=60)
    assert (printed, "RuntimeError" in errors, process.returncode) == ("in order\n", False, 0)


def test_an_error_without_a_signal_stays_what_it_is():
    async def fail() -> None:
        async with interruptible():
            raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        asyncio.run(fail())


def test_a_signal_that_the_starter_wants_ignored_stays_ignored():
    program = LOSES_ITS_CHILD.replace('"sleep", "60"', '"sleep", "0.5"')
    ignoring = f"trap '' INT; exec {sys.executable} -c '{program}'"
    with subprocess.Popen(
        ["sh", "-c", ignoring], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    assert (printed, "the child ended: 0" in errors) == ("", True)
