"""Being told to stop: Ctrl-C, a service manager's SIGTERM, a closed terminal."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """How often we were told to stop. The first time asks, the second insists.

    Signals that arrive are readable from `socket`, so that waiting for output ends at once.
    """

    def __init__(self) -> None:
        self.times = 0
        self.socket, self._signals = socket.socketpair()
        for end in (self.socket, self._signals):
            end.setblocking(False)

    def __bool__(self) -> bool:
        return self.times > 0

    def note(self, *_: object) -> None:
        """This function will count one more request to stop."""
        self.times += 1

    def close(self) -> None:
        """This function will give the sockets back."""
        self.socket.close()
        self._signals.close()

    @contextmanager
    def watched(self) -> Iterator["Interruption"]:
        """This function will count the signals that arrive while the block runs."""
        # Under nohup a closed terminal is no reason to stop.
        minded = [each for each in STOPPING if each != signal.SIGHUP or not _is_ignored(each)]
        before = {signum: signal.signal(signum, self.note) for signum in minded}
        wakeup = signal.set_wakeup_fd(self._signals.fileno(), warn_on_full_buffer=False)
        try:
            yield self
        finally:
            signal.set_wakeup_fd(wakeup)
            for signum, handler in before.items():
                signal.signal(signum, handler)
            self.close()


def _is_ignored(signum: signal.Signals) -> bool:
    return signal.getsignal(signum) == signal.SIG_IGN
