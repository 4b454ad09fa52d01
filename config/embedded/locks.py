"""File locks: they say who is alive, and the kernel lets go of them whatever kills a process."""

import fcntl
import os
from typing import IO


def take(file: IO[bytes] | int, *, exclusive: bool) -> bool:
    """This function will take a lock if it is free and return whether it was."""
    mode = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(file, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def release(file: IO[bytes] | int) -> None:
    """This function will let go of a lock while the file stays open."""
    fcntl.flock(file, fcntl.LOCK_UN)


def open_private(path: str | os.PathLike[str], mode: str) -> IO[bytes]:
    """This function will open a file that only its owner may read once it exists."""
    return open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600))
