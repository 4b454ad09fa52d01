"""Webhooks: events on their way to the shop, with everything that may befall them."""

import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from tests.stripe_double.agenda import Agenda
from tests.stripe_double.signatures import sign

Event = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """How events travel. Kinds of events are patterns: `payment_intent.*`.

    `hold` keeps them until `release`. `reorder_window` collects what happens within so many seconds
    and sends it last first. `age` dates the signature so many seconds back. A delivery that is not
    answered 2xx is tried `attempts` times in all, `retry_after` seconds apart.
    """

    only: tuple[str, ...] = ("*",)
    drop: tuple[str, ...] = ()
    delay: float = 0
    copies: int = 1
    hold: bool = False
    reorder_window: float = 0
    wrong_signature: bool = False
    age: float = 0
    attempts: int = 3
    retry_after: float = 0.1
    timeout: float = 10


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt to deliver. `status` is 0 when nobody answered; `error` says why."""

    event: str
    kind: str
    attempt: int
    status: int
    error: str = ""
    at: float = field(default_factory=time.time)

    @property
    def arrived(self) -> bool:
        return 200 <= self.status < 300


class Webhooks:
    """The endpoint of the shop, and what is on its way there.

    Without a `url` nothing leaves; what would have can be had from `letter`. `headers` are sent
    along: `{"Host": "shop.example"}` where the shop is told by its host.
    """

    def __init__(self, *, url: str | None, secrets: tuple[str, ...], threads: int = 1) -> None:
        self.url = url
        self.secrets = secrets
        self.headers: Mapping[str, str] = {}
        self.knobs = Knobs()
        self.deliveries: list[Delivery] = []
        self._agenda = Agenda(threads)
        self._guard = threading.Lock()
        self._held: list[Event] = []
        self._batch: list[Event] = []

    def turn(self, **knobs: Any) -> None:
        """This function will turn some knobs; the others stay where they are."""
        self.knobs = replace(self.knobs, **knobs)

    def take(self, event: Event) -> None:
        """This function will take an event over, as soon as it has happened."""
        knobs = self.knobs
        if not _named(event, knobs.only) or _named(event, knobs.drop):
            return
        if knobs.hold:
            with self._guard:
                self._held.append(event)
        elif knobs.reorder_window:
            self._collect(event, knobs.reorder_window)
        else:
            self.send(event)

    def _collect(self, event: Event, window: float) -> None:
        with self._guard:
            self._batch.append(event)
            if len(self._batch) == 1:
                self._agenda.add(self._send_batch, after=window)

    def _send_batch(self) -> None:
        with self._guard:
            batch, self._batch = self._batch, []
        for event in reversed(batch):
            self.send(event)

    def release(self, *, backwards: bool = False) -> int:
        """This function will send what is held, and return how much that was."""
        with self._guard:
            held, self._held = self._held, []
        for event in reversed(held) if backwards else held:
            self.send(event)
        return len(held)

    def send(self, event: Event, *, copies: int = 0) -> None:
        """This function will send an event, even one that was sent before."""
        if self.url:
            for _ in range(copies or self.knobs.copies):
                self._agenda.add(partial(self._deliver, event, 1), after=self.knobs.delay)

    def letter(self, event: Event) -> tuple[bytes, dict[str, str]]:
        """This function will return the body and the headers of a delivery, signed just now."""
        body = json.dumps(event, indent=2).encode()
        secrets = ("whsec_of_somebody_else",) if self.knobs.wrong_signature else self.secrets
        signature = sign(body, secrets, int(time.time() - self.knobs.age))
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return body, headers | dict(self.headers) | {"Stripe-Signature": signature}

    def wait_until_quiet(self, timeout: float = 10) -> None:
        """This function will wait until everything has arrived or been given up; what is held does
        not count."""
        self._agenda.wait_until_empty(timeout)

    def end(self) -> None:
        """This function will deliver nothing any more."""
        self._agenda.end()

    def _deliver(self, event: Event, attempt: int) -> None:
        body, headers = self.letter(event)
        try:
            status, error = _post(self.url or "", body, headers, self.knobs.timeout), ""
        except (OSError, http.client.HTTPException) as failure:
            status, error = 0, repr(failure)
        delivery = Delivery(
            event=event["id"], kind=event["type"], attempt=attempt, status=status, error=error
        )
        self.deliveries.append(delivery)
        if delivery.arrived:
            event["pending_webhooks"] = 0
        elif attempt < self.knobs.attempts:
            again = partial(self._deliver, event, attempt + 1)
            self._agenda.add(again, after=self.knobs.retry_after)


def _named(event: Event, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(event["type"], pattern) for pattern in patterns)


def _post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> int:
    parts = urlsplit(url)
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    try:
        connection.request("POST", where, body, dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()
