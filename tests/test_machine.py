"""The tests' own lock: one alone, or several together, and whoever waits to be alone is let in."""

import threading
import time

from tests.machine import held


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_some_share_it_while_one_who_wants_it_alone_waits_and_keeps_newcomers_out(tmp_path):
    order = []
    leave = threading.Event()

    def share(name):
        with held(tmp_path, alone=False):
            order.append(name)
            leave.wait(10)
            order.append(f"{name} left")

    def alone():
        with held(tmp_path, alone=True):
            order.append("alone")
            time.sleep(0.1)
            order.append("alone left")

    first, second = in_thread(lambda: share("first")), in_thread(lambda: share("second"))
    while len(order) < 2:
        time.sleep(0.01)
    only = in_thread(alone)
    time.sleep(0.2)
    late = in_thread(lambda: share("late"))
    time.sleep(0.2)
    assert sorted(order) == ["first", "second"]
    leave.set()
    for thread in (first, second, only, late):
        thread.join(10)
    assert order[4:] == ["alone", "alone left", "late", "late left"]
