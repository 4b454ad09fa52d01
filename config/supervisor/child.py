"""One supervised process: started, restarted with growing patience, given up."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from config.processes import dying_with_parent

QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS = 5
LONGEST_PAUSE_SECONDS = 8.0


@dataclass
class Child:
    """A command that is to run for as long as the supervisor does."""

    name: str
    command: Sequence[str]
    # Ends it although work is in progress: what a child gets when the supervisor was killed.
    death_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 6.0
    pass_fds: Sequence[int] = ()
    # What the command's environment says unless ours says otherwise.
    defaults: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    quick_deaths: int = field(default=0, init=False)
    due: float = field(default=0.0, init=False)
    _started: float = field(default=0.0, init=False)

    def start(self) -> "subprocess.Popen[bytes]":
        """This function will start the command; its output is a pipe to be read."""
        self._started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            env={"PYTHONUNBUFFERED": "1", **self.defaults, **os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(self.pass_fds),
            # A group of its own: a Ctrl-C reaches the supervisor alone, which stops all in order.
            process_group=0,
            preexec_fn=dying_with_parent(self.death_signal),  # noqa: PLW1509
        )
        return self.process

    def is_due(self) -> bool:
        """This function will return whether the command is to be started now."""
        return self.process is None and time.monotonic() >= self.due

    def bury(self) -> int | None:
        """This function will return the exit status of a command that has ended, once.

        What it left of its process group is killed, and the next start is put off: longer with
        each quick death.
        """
        if self.process is None or self.process.poll() is None:
            return None
        status = self.process.returncode
        self.kill()
        self.process = None
        lived = time.monotonic() - self._started
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH_SECONDS else 0
        self.due = time.monotonic() + self.pause()
        return status

    def pause(self) -> float:
        """This function will return how many seconds to wait before the next start."""
        return min(0.5 * 2**self.quick_deaths, LONGEST_PAUSE_SECONDS)

    def is_hopeless(self) -> bool:
        """This function will return whether the command died at once too often in a row."""
        return self.quick_deaths >= QUICK_DEATHS

    def terminate(self) -> None:
        """This function will ask the command to finish what it does and end."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def kill(self) -> None:
        """This function will kill the command and whatever it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
