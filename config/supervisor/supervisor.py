"""Several processes side by side: output relayed, deaths repaired, all ended together."""

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence

from config.supervisor.child import Child
from config.supervisor.interruption import Interruption

LOOK_SECONDS = 0.25
CHUNK = 65536


class Supervisor:
    """One thread only: a parent-death signal belongs to the thread that started the child."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        interruption: Interruption,
        write: Callable[[str], None],
        look_after: Callable[[], None],
    ) -> None:
        self.children = children
        self.interruption = interruption
        self.write = write
        self.look_after = look_after
        self._selector = selectors.DefaultSelector()
        self._selector.register(interruption.socket, selectors.EVENT_READ)
        self._unfinished: dict[str, bytes] = {}

    def run(self) -> int:
        """This function will run the children until we are told to stop and return 0.

        It returns 1 when a child cannot be kept alive. Nothing is left running either way.
        """
        try:
            while not self.interruption:
                for child in self.children:
                    if child.is_due():
                        self._start(child)
                self._relay(LOOK_SECONDS)
                if self._bury_the_dead():
                    return 1
                self.look_after()
            return 0
        finally:
            self._stop()
            self._close()

    def _start(self, child: Child) -> None:
        process = child.start()
        assert process.stdout is not None  # noqa: S101
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, data=(child.name, process))

    def _relay_the_rest(self) -> None:
        while self._relay(0):
            pass

    def _relay(self, seconds: float) -> bool:
        ready = self._selector.select(seconds)
        for key, _ in ready:
            if key.data is None:
                self.interruption.socket.recv(CHUNK)
                continue
            name, process = key.data
            read = process.stdout.read(CHUNK)
            self._show(name, read or b"", is_last=read == b"")
            if read == b"":
                self._selector.unregister(process.stdout)
                process.stdout.close()
        return bool(ready)

    def _show(self, name: str, read: bytes, *, is_last: bool) -> None:
        *lines, rest = (self._unfinished.pop(name, b"") + read).split(b"\n")
        if is_last and rest:
            lines.append(rest)
        elif rest:
            self._unfinished[name] = rest
        for line in lines:
            self.write(f"{name:>6} | {line.decode(errors='replace').rstrip()}")

    def _bury_the_dead(self) -> bool:
        """This function will plan the restart of what died, and return True if that is hopeless."""
        for child in self.children:
            status = child.bury()
            if status is None:
                continue
            if child.is_hopeless():
                self._relay_the_rest()
                self.write(
                    f"{child.name} ended with status {status} {child.quick_deaths} times in a row, "
                    "each time at once: giving up. The reason is in its lines above."
                )
                return True
            self.write(f"{child.name} ended with status {status}; again in {child.pause():.1f} s.")
        return False

    def _stop(self) -> None:
        """This function will end the children, all at the same time."""
        began = time.monotonic()
        for child in self.children:
            child.terminate()
        while alive := [child for child in self.children if _is_alive(child.process)]:
            for child in alive:
                is_late = time.monotonic() - began > child.stop_seconds
                if is_late or self.interruption.times > 1:
                    child.kill()
            self._relay(0.05)
        for child in self.children:
            child.kill()
        self._relay_the_rest()

    def _close(self) -> None:
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                _, process = key.data
                process.stdout.close()
        self._selector.close()


def _is_alive(process: "subprocess.Popen[bytes] | None") -> bool:
    return process is not None and process.poll() is None
