import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.tests.embedded_client import Client, processes_of, wait_until


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    clients = []

    def start(
        server: str = "postgres", home: Path = tmp_path / "home", mode: str = "fast", **env: str
    ) -> Client:
        clients.append(Client(server, home, mode=mode, **env))
        return clients[-1]

    yield start
    homes = {each.home for each in clients}
    for each in clients:
        each.leave()
    for home in homes:
        for pid in processes_of(home):
            os.kill(pid, signal.SIGTERM)
        wait_until(lambda home=home: not processes_of(home))
