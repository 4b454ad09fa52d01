"""Telling the relay that there is something to do, without ever waiting for the broker.

A publish to a hung broker can block for seconds, so no request does it: a thread of the process's
own does, once for any number of commits meanwhile. When the broker is away the wake-up is lost and
nothing else: the relay looks by itself every few seconds.
"""

import os
import threading
import time

import structlog

from apps.events.broker import broker_line
from apps.events.errors import BrokerAway

log = structlog.get_logger(__name__)

# Each run of the relay takes along what all of them have left: more often would only keep it busy.
_PAUSE_SECONDS = 0.2


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
                with broker_line() as line:
                    line.send_task("events.relay_events", expires=30)
            except BrokerAway as error:
                log.warning("relay_not_woken", error=error.detail)
            time.sleep(_PAUSE_SECONDS)


_waker = _Waker()


def wake_relay() -> None:
    """This function will ask for the relay to run soon. It returns at once and never fails."""
    _waker.wake()
