"""Joining an embedded server: who needs it first starts its keeper, the others share it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import open_private, release, take
from config.embedded.state import read_state

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
POLL_SECONDS = 0.02
LEAVE_SECONDS = 10.0
# A keeper outlives whoever started it: it gets what programs need to run and nothing secret.
KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME")

# For as long as this process lives: one open lock per server, and what it was joined as.
_held: dict[Path, int] = {}
_joined: dict[Path, tuple[str, bool]] = {}


def join(server: str, *, home: Path, durable: bool) -> dict[str, Any]:
    """This function will return where an embedded server answers, after starting it if need be.

    The server then runs at least as long as this process and the ones it forks.

    Raises:
        EmbeddedServerError: the server did not start, or its folder is somebody else's.
    """
    _own(home)
    deadline = time.monotonic() + PATIENCE_SECONDS
    if home not in _held:
        _held[home] = os.open(home / "clients.lock", os.O_RDWR | os.O_CREAT, 0o600)
    started = False
    while time.monotonic() < deadline:
        # Not to be had only while a keeper is on its way out: it waits for nobody to hold this.
        if take(_held[home], exclusive=False):
            state = read_state(home)
            if state is not None:
                _joined[home] = server, durable
                return state.endpoint
            started = _start_keeper(server, home=home, durable=durable, again=started) or started
        time.sleep(POLL_SECONDS)
    raise EmbeddedServerError(_failure(server, home, f"not ready after {PATIENCE_SECONDS:.0f} s"))


def rejoin() -> None:
    """This function will start the servers this process uses anew if their keeper was killed.

    They answer where they did before, so whoever uses them needs only to connect again.
    """
    for home, (server, durable) in _joined.items():
        join(server, home=home, durable=durable)


def leave() -> None:
    """This function will let go of every server and wait until those that nobody uses have stopped.

    Without it they stop a few seconds after this process has ended.
    """
    for home, clients in _held.items():
        release(clients)
        state = read_state(home)
        if state is not None:
            with suppress(ProcessLookupError):
                os.kill(state.keeper, signal.SIGUSR1)
    deadline = time.monotonic() + LEAVE_SECONDS
    for home, clients in _held.items():
        while time.monotonic() < deadline and not _is_left(home, clients):
            time.sleep(POLL_SECONDS)
        os.close(clients)
    _held.clear()
    _joined.clear()


def _is_left(home: Path, clients: int) -> bool:
    """This function will return whether a server has stopped, or is in use by somebody else."""
    with open_private(home / "keeper.lock", "ab") as lock:
        if take(lock, exclusive=True):
            return True
    # Alone we could have the lock for ourselves; while the keeper has it we can not even share it.
    is_used = not take(clients, exclusive=True) and take(clients, exclusive=False)
    release(clients)
    return is_used


def _own(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        owner = home.stat().st_uid
        if owner == os.geteuid():
            home.chmod(0o700)
            return
        reason = f"{home} belongs to user id {owner}"
    except OSError as error:
        reason = f"{error.filename}: {error.strerror}"
    raise EmbeddedServerError(
        f"The embedded servers keep their data in {home}, which this user cannot use ({reason}). "
        "Run as the user who made it, remove it, or set DATABASE_URL and REDIS_URL."
    )


def _start_keeper(server: str, *, home: Path, durable: bool, again: bool) -> bool:
    """This function will start a keeper and return True, unless one is alive.

    Whoever gets the keeper's lock starts it and hands the lock over: there is no moment in which
    a second one could start.

    Raises:
        EmbeddedServerError: the keeper that this process started has ended.
    """
    with open_private(home / "keeper.lock", "ab") as lock:
        if not take(lock, exclusive=True):
            return False
        if again:
            raise EmbeddedServerError(_failure(server, home, "it ended"))
        with open_private(home / "keeper.log", "wb") as log:
            mode = "durable" if durable else "fast"
            subprocess.run(  # noqa: S603
                [
                    *(sys.executable, "-m", "config.embedded.keeper"),
                    *(server, str(home), mode, str(lock.fileno())),
                ],
                cwd=PROJECT,
                env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock.fileno(),),
                check=False,
            )
        return True


def _failure(server: str, home: Path, what: str) -> str:
    reason = (home / "keeper.log").read_text(errors="replace").strip()
    return f"The embedded {server} did not start ({what}).\n{reason or 'It left no message.'}"
