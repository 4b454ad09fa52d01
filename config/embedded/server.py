"""One embedded server: how it is started, what becomes of leftovers, how it is stopped."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import open_private
from config.embedded.sockets import make_private, socket_path
from config.processes import dying_with_parent, stop

START_SECONDS = 60.0
STOP_SECONDS = 8.0
POLL_SECONDS = 0.02


class Server(ABC):
    """What PostgreSQL and Valkey have in common; the keeper knows no more than this."""

    # From the politest on; the first one must end the server cleanly.
    stop_signals: ClassVar[Sequence[signal.Signals]]
    # Words in the log of a failed start that will succeed once the server before has quite gone.
    passing_troubles: ClassVar[Sequence[str]] = ()

    def __init__(self, home: Path, *, durable: bool) -> None:
        self.home = home.resolve()
        self.durable = durable
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self.sockets = socket_path(self.home)

    @abstractmethod
    def prepare(self) -> None:
        """This function will make the data folder if there is none."""

    @abstractmethod
    def command(self) -> list[str]:
        """This function will return the command that runs the server in the foreground."""

    @abstractmethod
    def pid_file(self) -> Path:
        """This function will return the file whose first line is the server's process id."""

    @abstractmethod
    def answers(self) -> bool:
        """This function will return whether the server is ready for clients."""

    @abstractmethod
    def settle(self) -> None:
        """This function will bring a server that has just started into the wanted state."""

    @abstractmethod
    def endpoint(self) -> dict[str, Any]:
        """This function will return what a client needs to connect."""

    def start(self) -> "subprocess.Popen[bytes]":
        """This function will start the server and return it once it answers.

        Raises:
            EmbeddedServerError: it ended or did not answer in time.
        """
        make_private(self.sockets)
        self.prepare()
        self._end_leftover()
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        deadline = time.monotonic() + START_SECONDS
        while True:
            process = self._spawn()
            try:
                if self._await_answer(process, deadline=deadline):
                    self.settle()
                    return process
            except BaseException:
                self.stop(process)
                raise
            time.sleep(0.2)

    def stop(self, process: "subprocess.Popen[bytes]") -> None:
        """This function will stop the server, cleanly if it lets itself be."""
        stop(process, signals=self.stop_signals, seconds=STOP_SECONDS)

    def remove_sockets(self) -> None:
        """This function will remove the socket folder unless a killed server left something in it.

        The next start removes that.
        """
        with suppress(OSError):
            self.sockets.rmdir()

    def log_tail(self) -> str:
        """This function will return the last lines of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with open_private(self.log, "ab") as log:
            return subprocess.Popen(  # noqa: S603
                self.command(),
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Out of reach of a Ctrl-C in the terminal of whoever started the keeper.
                start_new_session=True,
                preexec_fn=dying_with_parent(self.stop_signals[0]),  # noqa: PLW1509
            )

    def _await_answer(self, process: "subprocess.Popen[bytes]", *, deadline: float) -> bool:
        """This function will return whether the server answers; False says: start it once more."""
        while not self.answers():
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"No answer in time. {self.log}:\n{self.log_tail()}")
            if process.poll() is not None:
                tail = self.log_tail()
                if any(trouble in tail for trouble in self.passing_troubles):
                    return False
                raise EmbeddedServerError(
                    f"It ended with status {process.returncode}. {self.log}:\n{tail}"
                )
            time.sleep(POLL_SECONDS)
        return True

    def _end_leftover(self) -> None:
        """This function will end a server that outlived its keeper, and remove what it left.

        With Linux's parent-death signal it is on its way out at most; elsewhere it may still run.
        A stranger who has its process id by now is told by the command line and left alone.
        """
        deadline = time.monotonic() + STOP_SECONDS
        while (pid := self._recorded_pid()) and str(self.home) in command_line(pid):
            late = time.monotonic() > deadline
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if late else self.stop_signals[0])
            time.sleep(0.1)
        if pid and command_line(pid):
            self.pid_file().unlink()
        for left in self.sockets.iterdir():
            left.unlink()

    def _recorded_pid(self) -> int | None:
        try:
            return int(self.pid_file().read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None


def command_line(pid: int) -> str:
    """This function will return the command line of a process, or nothing when there is none."""
    proc = Path("/proc")
    if (proc / "self").exists():
        with suppress(OSError):
            return (proc / str(pid) / "cmdline").read_text(errors="replace").replace("\0", " ")
        return ""
    shown = subprocess.run(  # noqa: S603
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout


def as_nobody(command: list[str], *, death_signal: signal.Signals) -> list[str]:
    """This function will return a command for a program that refuses to run as root.

    Root runs it as `nobody`, who keeps root's right to pass every folder: so it works below a home
    that is closed to others, and needs neither a user of its own nor a changed mode anywhere.
    Changing the user clears the parent-death signal, so `setpriv` sets it anew.

    Raises:
        EmbeddedServerError: this is root and there is no `setpriv`.
    """
    if os.geteuid() != 0:
        return command
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and there is no `setpriv` (util-linux) to run it as "
            "somebody else. Run as an ordinary user, install util-linux, or set DATABASE_URL."
        )
    nobody = pwd.getpwnam("nobody")
    return [
        setpriv,
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        # Or access(2) forgets that right, and PostgreSQL asks it about its own program.
        "--securebits=+no_setuid_fixup",
        f"--pdeathsig={death_signal.name.removeprefix('SIG')}",
        *command,
    ]
