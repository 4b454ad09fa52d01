"""Somebody who listens to webhooks: what a shop would be, without a shop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.stripe_double.answers import Answer, Request
from tests.stripe_double.server import Server


@dataclass
class Receiver:
    """What arrived. `answers` are given one after the other, the last of them for ever."""

    answers: list[int] = field(default_factory=lambda: [200])
    letters: list[Request] = field(default_factory=list)
    url: str = ""

    def take(self, request: Request) -> Answer:
        self.letters.append(request)
        return Answer(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], b"")


@contextmanager
def receiver() -> Iterator[Receiver]:
    """This function will listen on a port of its own."""
    listening = Receiver()
    server = Server(0, listening.take)
    listening.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield listening
    finally:
        server.end()
        thread.join()
