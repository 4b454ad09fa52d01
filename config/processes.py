"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

# Of the systems we run on only Linux can tell a process that its parent has died.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def die_with_parent(signum: signal.Signals, *, parent: int) -> None:
    """This function will have this process signalled when its parent dies (Linux only).

    The kernel means the parent's thread: start such a process from the main thread.
    """
    if _prctl is None:
        return
    _prctl(_PR_SET_PDEATHSIG, int(signum))
    if os.getppid() != parent:
        os.kill(os.getpid(), signum)


def dying_with_parent(signum: signal.Signals) -> Callable[[], None]:
    """This function will return the `preexec_fn` that ties a child to the calling process."""
    parent = os.getpid()

    def tie() -> None:
        die_with_parent(signum, parent=parent)

    return tie


def stop(
    process: "subprocess.Popen[bytes]", *, signals: Sequence[signal.Signals], seconds: float
) -> None:
    """This function will end a child: each signal gets its time, and then it is killed."""
    for signum in signals:
        if process.poll() is not None:
            return
        process.send_signal(signum)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    if process.poll() is None:
        process.kill()
        process.wait()
