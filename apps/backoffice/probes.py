"""Asking a service whether it is there, without ever waiting for it.

A frozen server accepts a connection and says nothing more, and no client library bounds that
silence well. So the question is asked in a thread of its own, and while one is unanswered no second
one is asked: a service frozen for hours holds one thread, whoever wants to know meanwhile.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: how long it took, or why it failed."""

    latency_ms: float | None = None
    error: str = ""

    @property
    def works(self) -> bool:
        """Whether the service did what was asked."""
        return not self.error


class Probe:
    """One question to one service."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asked: Future[Answer] | None = None

    def start(self) -> "Future[Answer]":
        """This function will ask, unless somebody's question is still unanswered: then join it."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                threading.Thread(target=self._answer, args=[self._asked], daemon=True).start()
            return self._asked

    def _answer(self, asked: "Future[Answer]") -> None:
        began = time.perf_counter()
        try:
            self._ask()
        except Exception as error:  # noqa: BLE001 - a client may fail in any way; that is the answer
            asked.set_result(Answer(error=_first_line(error)))
        else:
            asked.set_result(Answer(latency_ms=round((time.perf_counter() - began) * 1000, 2)))


def ask_all(probes: dict[str, Probe], *, seconds: float) -> dict[str, Answer]:
    """This function will ask all at once and return what came back within the time given."""
    deadline = time.monotonic() + seconds
    asked = {name: probe.start() for name, probe in probes.items()}
    heard = {name: Answer(error=f"no answer within {seconds:g} s") for name in probes}
    for name, future in asked.items():
        with suppress(TimeoutError):
            heard[name] = future.result(timeout=max(0.0, deadline - time.monotonic()))
    return heard


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]
