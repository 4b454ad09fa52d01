"""Telling the relay that there is something to do, without ever waiting for the broker.

A publish to a hung broker can block for tens of seconds, so no request does it: a thread of the
process's own does, once for any number of commits meanwhile. When the broker is away the wake-up
is lost and nothing else: the relay looks by itself every few seconds.
"""

import os
import threading

import structlog
from celery import current_app

log = structlog.get_logger(__name__)


class _Waker:
    """One daemon thread for each process, started when first needed (so after any fork)."""

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.lock = threading.Lock()
        self.process = 0

    def wake(self) -> None:
        self.wanted.set()
        if self.process != os.getpid():
            with self.lock:
                if self.process != os.getpid():
                    self.process = os.getpid()
                    threading.Thread(target=self._run, name="relay-waker", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.wanted.wait()
            self.wanted.clear()
            try:
                current_app.send_task("events.relay_events", retry=False, expires=30)
            except Exception as error:  # noqa: BLE001 - whatever the broker's client may raise
                log.warning("relay_not_woken", error=str(error))


_waker = _Waker()


def wake_relay() -> None:
    """This function will ask for the relay to run soon. It returns at once and never fails."""
    _waker.wake()
