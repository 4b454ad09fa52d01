"""What is to be done later, by threads of its own, in the order of its time."""

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count

Job = Callable[[], None]


class Agenda:
    """Jobs and when they are due. One thread keeps their order; more of them do not."""

    def __init__(self, threads: int = 1) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Job]] = []
        self._ticket = count()
        self._busy = 0
        self._ended = False
        self._threads = [
            threading.Thread(target=self._work, daemon=True, name=f"webhooks-{number}")
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, job: Job, *, after: float = 0) -> None:
        """This function will have a job done, `after` so many seconds."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + after, next(self._ticket), job))
            self._changed.notify_all()

    def wait_until_empty(self, timeout: float) -> None:
        """This function will wait until nothing is left to be done.

        Raises:
            TimeoutError: it took longer.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: not self._due and not self._busy, timeout):
                raise TimeoutError(f"{len(self._due) + self._busy} webhooks still to be delivered")

    def end(self) -> None:
        """This function will leave undone what is not begun."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=15)

    def _work(self) -> None:
        while job := self._next():
            try:
                job()
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> Job | None:
        with self._changed:
            while not self._ended:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
            return None
