"""Signs of life of whoever works on a file import."""

import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.interchange.models import ImportJob

# Seconds after which a silent worker is taken for dead, and between two signs of life.
LEASE, PULSE = 120, 2


class NotOurs(Exception):
    """It was canceled, or somebody else has taken it up."""


class Pulse:
    """Renews the lease of a task, and tells how far it is; seldom, however often it is called.

    Never call it in a transaction of the import: what it writes is to be seen at once.
    """

    def __init__(self, job: ImportJob) -> None:
        self._job = job
        self._next = time.monotonic() + PULSE

    def __call__(self, **details: Any) -> None:
        """This function will write down what is told, if it is time.

        Raises:
            NotOurs: the work is no more to be done, or not by us.
        """
        if time.monotonic() >= self._next:
            self.now(**details)

    def now(self, **details: Any) -> None:
        """This function will write down what is told.

        Raises:
            NotOurs: the work is no more to be done, or not by us.
        """
        until = timezone.now() + timedelta(seconds=LEASE)
        if not ImportJob.objects.held_as(self._job).update(leased_until=until, **details):
            raise NotOurs
        self._next = time.monotonic() + PULSE
