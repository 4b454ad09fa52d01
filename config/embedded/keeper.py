"""The keeper: starts one embedded server, revives it when it dies, stops it when nobody needs it.

Run by `config.embedded.client` as `python -m config.embedded.keeper SERVER HOME MODE LOCK`.
"""

import os
import signal
import sys
import time
from collections import deque
from pathlib import Path
from typing import IO

from config.embedded.errors import EmbeddedServerError
from config.embedded.locks import open_private, release, take
from config.embedded.postgres import Postgres
from config.embedded.server import Server
from config.embedded.state import announced
from config.embedded.valkey import Valkey

SERVERS: dict[str, type[Server]] = {"postgres": Postgres, "valkey": Valkey}
POLL_SECONDS = 0.25
GRACE_SECONDS = 3.0
STARTS = 5
STARTS_WITHIN_SECONDS = 60.0


class Keeper:
    """One server and the question whether anybody still needs it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.ending = False
        self.patience = GRACE_SECONDS

    def run(self) -> None:
        """This function will keep the server running until nobody holds the clients' lock.

        Raises:
            EmbeddedServerError: the server does not start, or dies again and again.
        """
        starts: deque[float] = deque(maxlen=STARTS)
        with open_private(self.server.home / "clients.lock", "ab") as clients:
            while not self.ending:
                now = time.monotonic()
                if len(starts) == STARTS and now - starts[0] < STARTS_WITHIN_SECONDS:
                    raise EmbeddedServerError(f"It died {STARTS} times.\n{self.server.log_tail()}")
                starts.append(now)
                self._run_once(clients)

    def end(self, *_: object) -> None:
        """This function will let the keeper end at its next look around."""
        self.ending = True

    def hurry(self, *_: object) -> None:
        """This function will let the keeper stop without delay if nobody needs the server now."""
        self.patience = 0.0

    def _run_once(self, clients: IO[bytes]) -> None:
        process = self.server.start()
        try:
            with announced(self.server.endpoint(), home=self.server.home):
                needed = time.monotonic()
                while process.poll() is None and not self.ending:
                    time.sleep(POLL_SECONDS)
                    if not take(clients, exclusive=True):
                        needed = time.monotonic()
                        self.patience = GRACE_SECONDS
                    elif time.monotonic() - needed >= self.patience:
                        # The lock stays taken: a newcomer waits until the server has stopped.
                        self.ending = True
                    else:
                        release(clients)
        finally:
            self.server.stop(process)


def detach() -> None:
    """This function will leave the terminal and the process that started the keeper."""
    if os.fork():
        os._exit(0)
    os.setsid()


def main(name: str, home: str, mode: str) -> str | None:
    """This function will keep one server and return what went wrong, if anything did."""
    server = SERVERS[name](Path(home), durable=mode == "durable")
    keeper = Keeper(server)
    signal.signal(signal.SIGTERM, keeper.end)
    signal.signal(signal.SIGINT, keeper.end)
    signal.signal(signal.SIGUSR1, keeper.hurry)
    try:
        keeper.run()
    except (EmbeddedServerError, OSError) as error:
        return str(error)
    finally:
        server.remove_sockets()
    return None


if __name__ == "__main__":
    detach()
    # The fourth argument, the keeper's lock, is open in this process and goes when it ends.
    sys.exit(main(*sys.argv[1:4]))
