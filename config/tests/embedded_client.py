"""A process that uses an embedded server, and what the tests ask about the servers."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from config.embedded.server import command_line

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = """
import json, sys, time
from pathlib import Path
from config.embedded import EmbeddedServerError
from config.embedded.client import join, leave
began = time.monotonic()
try:
    endpoint = join(sys.argv[1], home=Path(sys.argv[2]), durable=sys.argv[3] == "durable")
    endpoint["seconds"] = time.monotonic() - began
    print(json.dumps(endpoint), flush=True)
except EmbeddedServerError as error:
    sys.exit(str(error))
if sys.stdin.read() == "leave":
    leave()
    print("left", flush=True)
"""


class Client:
    """A process that uses an embedded server until it is told to leave."""

    def __init__(self, server: str, home: Path, *, mode: str, **environment: str) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT, server, str(home), mode],
            cwd=PROJECT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def endpoint(self) -> dict[str, Any]:
        """Where the server answers, once it does."""
        assert self.process.stdout
        endpoint: dict[str, Any] = json.loads(self.process.stdout.readline())
        return endpoint

    def refusal(self) -> str:
        """What the process said when it could not have its server."""
        return self.process.communicate()[1]

    def leave(self) -> None:
        """The ordinary end of the process."""
        with contextlib.suppress(ValueError):
            self.process.communicate()


def processes_of(home: Path, *, program: str = "") -> list[int]:
    """Every keeper and server of a home, found in the process table."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    found = []
    for pid in pids:
        words = command_line(pid)
        if str(home) in words and program in words and CLIENT[:20] not in words:
            found.append(pid)
    return found


def wait_until(condition: Callable[[], object], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_announced(home: Path) -> bool:
    return (home / "state.json").exists()


def connect(endpoint: dict[str, Any]) -> "psycopg.Connection[Any]":
    return psycopg.connect(
        host=endpoint["HOST"],
        port=endpoint["PORT"],
        user=endpoint["USER"],
        password=endpoint["PASSWORD"],
        dbname=endpoint["NAME"],
        autocommit=True,
    )


def value(endpoint: dict[str, Any], statement: str) -> Any:
    with connect(endpoint) as connection:
        row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
        return row and row[0]


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])
