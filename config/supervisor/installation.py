"""What an installation consists of, and when it is ready."""

import signal
import socket
import sys
import time
from collections.abc import Callable

from django.conf import settings

from config.embedded.client import rejoin
from config.supervisor.child import Child
from config.supervisor.readiness import ReadinessProbe

PATIENCE_SECONDS = 60.0
REJOIN_SECONDS = 2.0
# On a bare machine or in a container root is who we are; there is nothing to be done about it.
AS_ROOT = "ignore:You're running the worker with superuser"
# The terminal is for requests and for what goes wrong, not for a task every few seconds.
QUIET = {"LOG_LEVEL": "WARNING"}


class NotReadyError(Exception):
    """The processes run, but the site does not answer as it should."""


def manage(*arguments: str) -> list[str]:
    """This function will return the command line of a management command."""
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


def children(listener: socket.socket) -> list[Child]:
    """This function will return the web, worker and beat processes."""
    port = listener.getsockname()[1]
    schedules = settings.BASE_DIR / "var" / "beat"
    schedules.mkdir(parents=True, exist_ok=True)
    python = [sys.executable, "-W", AS_ROOT, "-m"]
    celery = [*python, "celery", "-A", "config", "--quiet"]
    return [
        Child(
            name="worker",
            command=[
                *(*celery, "worker", "--concurrency", "2"),
                *("--hostname", f"tradepost-{port}@%h", "--without-mingle", "--without-gossip"),
            ],
            # Unlike SIGTERM it waits for no task: nothing is lost, tasks are acknowledged late.
            death_signal=signal.SIGQUIT,
            defaults=QUIET,
        ),
        Child(
            name="beat",
            command=[
                *(*celery, "beat", "--pidfile", ""),
                # One for each port, for two installations may run from one checkout.
                *("--schedule", str(schedules / str(port))),
            ],
            stop_seconds=3.0,
            defaults=QUIET,
        ),
        Child(
            name="web",
            command=[
                *(*python, "gunicorn", "--config", "python:config.gunicorn"),
                *("--bind", f"fd://{listener.fileno()}", "--log-level", "warning"),
            ],
            pass_fds=(listener.fileno(),),
        ),
    ]


class Watch:
    """Waits until the site answers, then keeps the embedded servers alive."""

    def __init__(self, *, host: str, port: int, when_ready: Callable[[], None]) -> None:
        reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
        self.probe = ReadinessProbe(host=reachable, port=port)
        self.when_ready = when_ready
        self.is_ready = False
        self._began = time.monotonic()
        self._rejoined = 0.0

    def look(self) -> None:
        """This function will do what is due; the supervisor calls it several times a second.

        Raises:
            NotReadyError: the site has not become ready in a minute.
            EmbeddedServerError: a server of ours is gone and does not come back.
        """
        now = time.monotonic()
        if now - self._rejoined >= REJOIN_SECONDS:
            rejoin()
            self._rejoined = now
        if self.is_ready:
            return
        self.is_ready = self.probe.is_ready()
        if self.is_ready:
            self.when_ready()
        elif now - self._began > PATIENCE_SECONDS:
            self.probe.close()
            raise NotReadyError(f"Not ready after {PATIENCE_SECONDS:.0f} s: {self.probe.answer}")
