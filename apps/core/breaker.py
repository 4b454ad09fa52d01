"""Leaving a service alone that has just failed."""

import threading
import time


class Breaker:
    """After a failure nobody asks for so many seconds; then one does, and the others once it has
    had an answer. A service that hangs costs one caller its time-out, not all of them."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._ask_again_at: float | None = None

    def lets_through(self) -> bool:
        """This function will tell whether to ask the service. Tell it then how that ended."""
        if self._ask_again_at is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._ask_again_at is None or now >= self._ask_again_at:
                self._ask_again_at = now + self._seconds
                return True
            return False

    def failed(self) -> None:
        """This function will keep everybody away for a while."""
        self._ask_again_at = time.monotonic() + self._seconds

    def worked(self) -> None:
        """This function will let everybody through."""
        self._ask_again_at = None
