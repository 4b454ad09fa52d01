"""`manage.py up`, whole: real web, worker and beat on the servers of the tests."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.stores.models import Store
from config.embedded.server import command_line
from config.supervisor.listening import open_listener
from tests.serving import ROOT, environment, free_port

pytestmark = pytest.mark.fault


class Up:
    """A running `manage.py up`, its output read line by line."""

    def __init__(self, *options: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", *options],
            cwd=ROOT,
            env=environment(LOG_LEVEL="INFO"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read_until(self, words: str) -> str:
        """The first line that contains the words, from here on."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if words in line:
                return line
        pytest.fail(f"it ended without {words!r}:\n" + "\n".join(self.lines))

    def children(self) -> dict[int, str]:
        """Every process below this one: its command line by its id."""
        return {pid: command_line(pid) for pid in descendants(self.process.pid)}


def descendants(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    children = [int(child) for child in text.split()]
    return children + [below for child in children for below in descendants(child)]


def wait_until(condition: Callable[[], object], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def up(transactional_db: None, store: Store) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []
    schedules = ROOT / "var" / "beat"
    kept = set(schedules.iterdir()) if schedules.exists() else set()

    def start(*options: str) -> Up:
        started.append(Up("--port", str(free_port()), *options))
        return started[-1]

    yield start
    for each in started:
        left = each.children()
        each.process.kill()
        each.process.communicate()
        wait_until(lambda left=left: not any(map(command_line, left)))
    for schedule in set(schedules.iterdir()) - kept:
        schedule.unlink()


def url_of(up: Up) -> str:
    return re.findall(r"http://127\.0\.0\.1:\d+", up.read_until("Tradepost is ready at"))[0]


def is_ready(url: str, *, timeout: float = 30) -> bool:
    with urllib.request.urlopen(f"{url}/health/ready", timeout=timeout) as answer:
        return bool(answer.status == 200)


def is_ready_again(url: str) -> bool:
    """What a killed server has taken from the line is lost: another question gets an answer."""
    try:
        return is_ready(url, timeout=5)
    except OSError:
        return False


def test_everything_is_up_when_it_says_so_comes_back_when_killed_and_goes_when_told(up):
    shop = up()
    url = url_of(shop)
    assert is_ready(url)
    commands = "\n".join(shop.children().values())
    assert all(word in commands for word in (" worker ", " beat ", " gunicorn "))

    os.kill(next(pid for pid, each in shop.children().items() if "gunicorn" in each), 9)
    shop.read_until("web ended with status -9; again in")
    wait_until(lambda: is_ready_again(url), seconds=60)

    children = shop.children()
    shop.process.send_signal(signal.SIGINT)
    rest = shop.process.communicate(timeout=20)[0]

    assert shop.process.returncode == 0
    assert rest.endswith("Everything has stopped.\n")
    assert "Traceback" not in rest
    assert not any(map(command_line, children))


def test_a_taken_port_is_named_and_a_killed_supervisor_leaves_no_orphan(up):
    with open_listener(host="127.0.0.1", port=free_port()) as taken:
        port = taken.getsockname()[1]
        shop = up("--port", str(port))
        shop.read_until(f"Port {port} is taken: using ")
        shop.read_until("Ctrl-C stops everything.")
    # Web and worker have two processes below them, beat has none.
    wait_until(lambda: len(shop.children()) == 7)
    children = shop.children()

    shop.process.kill()

    wait_until(lambda: not any(map(command_line, children)))


# Six weeks of orders take their time, so this runs with the longer suites.
@pytest.mark.services
def test_the_demo_sells_something_to_whoever_pastes_its_lines(up):
    shop = up("--demo")
    shop.read_until("Ctrl-C stops everything.")
    lines = [line for line in shop.lines if "curl" in line]

    pasted = subprocess.run(
        ["sh"], input="\n".join(lines), capture_output=True, text=True, timeout=60, check=False
    )

    assert pasted.stderr == ""
    told, *shown = pasted.stdout.splitlines()
    assert told == "The shopper is logged in. Staff is logged in."
    assert any('"state": "captured"' in line for line in shown)
    events = [line.split()[1] for line in shown if re.match(r"\d{4}-", line)]
    assert {"order.placed", "order.paid", "payment.captured"} <= set(events)
