"""Unix seconds that never jump: the wall clock read once, the monotonic one from then on."""

import time

_OFFSET = time.time() - time.perf_counter()


def now() -> float:
    """Unix seconds. Forked processes go on with their parent's offset, so their times compare to the microsecond."""
    return _OFFSET + time.perf_counter()
