"""Network namespaces without names: each lives as long as a process or a descriptor holds it, so none is left over."""

import contextlib
import ctypes
import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator

OWN = "/proc/thread-self/ns/net"
_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_INFO = 0x0001 | 0x1000
_LIBC = ctypes.CDLL(None, use_errno=True)


def enter_new() -> int:
    """Puts the calling thread into a new namespace; a descriptor of it. Raises OSError without the right to."""
    if _LIBC.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    return os.open(OWN, os.O_RDONLY)


def enter(descriptor: int) -> None:
    """Puts the calling thread into that namespace. Raises OSError."""
    if _LIBC.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(path: str | None) -> Iterator[None]:
    """Sockets made here belong to the namespace at `path` and stay there; None changes nothing.

    Only the calling thread moves, so there must be no `await` in here. Raises OSError.
    """
    if path is None:
        yield
        return
    back = os.open(OWN, os.O_RDONLY)
    there = os.open(path, os.O_RDONLY)
    try:
        enter(there)
        try:
            yield
        finally:
            enter(back)
    finally:
        os.close(there)
        os.close(back)


def open_tun(name: str, addresses: list[str]) -> int:
    """A TUN device, up, in the calling thread's namespace; its descriptor, one IP packet a read or write.

    addresses: with prefix lengths, `10.78.0.1/24`. The device ends with the descriptor. Raises OSError.
    """
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN_NO_INFO))
        _ip("link", "set", "lo", "up")
        for address in addresses:
            _ip("addr", "add", address, "dev", name)
        # Long: the queue that counts is the emulator's own.
        _ip("link", "set", name, "mtu", "1500", "txqueuelen", "4000", "up")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
