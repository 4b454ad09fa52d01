"""A server that accepts connections and never says a word: what a frozen one looks like."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager


@contextmanager
def frozen_server() -> Iterator[int]:
    """This function will listen on a port of 127.0.0.1, whose number it gives, and be silent."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=16)) as listening:
        yield listening.getsockname()[1]


def closed_port() -> int:
    """This function will return a port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])
