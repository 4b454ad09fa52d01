"""The supervisor and what it is made of, with small programs in the place of the real ones."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.supervisor.child import Child
from config.supervisor.interruption import Interruption
from config.supervisor.listening import open_listener
from config.supervisor.phases import run_phase
from config.supervisor.supervisor import Supervisor

PROJECT = Path(__file__).resolve().parents[2]
WAITS = "import time; print('up', flush=True); time.sleep(60)"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], object], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    interruption = Interruption()
    yield interruption
    interruption.close()


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def run(interruption: Interruption, lines: list[str]) -> Callable[..., int]:
    """Runs children until a condition is met, then asks the supervisor to stop."""

    def run(*children: Child, until: Callable[[], object]) -> int:
        deadline = time.monotonic() + 30

        def look() -> None:
            assert time.monotonic() < deadline, "it did not happen in time"
            if until():
                interruption.note()

        return Supervisor(
            children, interruption=interruption, write=lines.append, look_after=look
        ).run()

    return run


def test_every_line_of_a_child_is_shown_with_its_name(run, lines):
    code = "import sys; print('one'); sys.stderr.write('two\\nthree'); import time; time.sleep(60)"
    talker = Child(name="talker", command=python(code))

    assert run(talker, until=lambda: "talker | two" in lines) == 0

    assert lines == ["talker | one", "talker | two", "talker | three"]


def test_a_child_that_dies_is_started_again_after_growing_pauses(run, lines):
    child = Child(name="shaky", command=python("raise SystemExit(3)"))

    run(child, until=lambda: len(lines) == 3)

    assert lines == [
        "shaky ended with status 3; again in 1.0 s.",
        "shaky ended with status 3; again in 2.0 s.",
        "shaky ended with status 3; again in 4.0 s.",
    ]


def test_a_child_that_dies_at_once_again_and_again_ends_everything(run, lines, monkeypatch):
    monkeypatch.setattr("config.supervisor.child.LONGEST_PAUSE_SECONDS", 0.05)
    other = Child(name="other", command=python(WAITS))
    hopeless = Child(name="broken", command=python("print('no such thing'); raise SystemExit(2)"))
    seen: set[int] = set()

    assert run(other, hopeless, until=lambda: other.process and seen.add(other.process.pid)) == 1

    assert lines[-1] == (
        "broken ended with status 2 5 times in a row, each time at once: giving up. "
        "The reason is in its lines above."
    )
    assert lines.count("broken | no such thing") == 5
    assert [is_alive(pid) for pid in seen] == [False]


def test_children_may_finish_what_they_do_and_are_told_at_the_same_time(run, tmp_path):
    code = (
        "import signal, sys, time; from pathlib import Path\n"
        "def end(*_):\n"
        "    time.sleep(0.5)\n"
        "    Path({log!r}).write_text('finished')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "Path({log!r}).write_text('up'); time.sleep(60)"
    )
    logs = [tmp_path / name for name in ("first", "second", "third")]
    children = [Child(name=log.name, command=python(code.format(log=str(log)))) for log in logs]
    told = []

    def all_up() -> bool:
        told.append(time.monotonic())
        return all(log.exists() and log.read_text() == "up" for log in logs)

    run(*children, until=all_up)

    assert [log.read_text() for log in logs] == ["finished"] * 3
    assert 0.5 <= time.monotonic() - told[-1] < 1.5


STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(60)"
)


def test_a_child_that_does_not_stop_in_time_is_killed(run, lines):
    child = Child(name="stuck", command=python(STUBBORN), stop_seconds=0.3)

    began = time.monotonic()
    run(child, until=lambda: " stuck | up" in lines)

    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 5


def test_being_told_twice_kills_at_once(interruption, lines):
    child = Child(name="stuck", command=python(STUBBORN), stop_seconds=60)

    def look() -> None:
        if lines:
            interruption.note()
            interruption.note()

    began = time.monotonic()
    Supervisor([child], interruption=interruption, write=lines.append, look_after=look).run()

    assert time.monotonic() - began < 5


def test_what_a_dead_child_leaves_behind_is_killed_too(run, lines):
    child = Child(
        name="parent",
        command=python(
            "import subprocess, sys\n"
            f"left = subprocess.Popen([sys.executable, '-c', {WAITS!r}])\n"
            "print(left.pid, flush=True); sys.exit(1)"
        ),
    )

    run(child, until=lambda: any("ended with status 1" in line for line in lines))

    left = int(next(line for line in lines if line.startswith("parent | ")).split("| ")[1])
    wait_until(lambda: not is_alive(left))


# Whatever the tests themselves were started under (nohup, say), here a closed terminal counts.
SCRIPT = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from config.supervisor.child import Child
from config.supervisor.interruption import Interruption
from config.supervisor.supervisor import Supervisor
code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
interruption = Interruption()
with interruption.watched():
    status = Supervisor(
        [Child(name="child", command=[sys.executable, "-c", code])],
        interruption=interruption,
        write=lambda line: print(line, flush=True),
        look_after=lambda: None,
    ).run()
print("status", status)
"""


@pytest.fixture
def script() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        python(SCRIPT), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def child_of(script: "subprocess.Popen[str]") -> int:
    assert script.stdout
    return int(script.stdout.readline().split("| ")[1])


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_without_a_traceback(script, signum):
    child = child_of(script)

    script.send_signal(signum)
    out, errors = script.communicate(timeout=10)

    assert (out, errors) == ("status 0\n", "")
    assert not is_alive(child)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's parent-death signal")
def test_killing_the_supervisor_leaves_no_orphan(script):
    child = child_of(script)

    script.kill()

    wait_until(lambda: not is_alive(child), seconds=5)


def test_a_phase_says_how_long_it_took_and_how_it_ended(interruption, lines):
    status = run_phase(
        "seed", python("raise SystemExit(7)"), interruption=interruption, write=lines.append
    )

    assert status == 7
    assert lines[0] == "seed ..."
    assert lines[1].startswith("seed took 0.")


def test_a_phase_is_stopped_when_we_are_told_to_stop(interruption, lines, tmp_path):
    pid_file = tmp_path / "pid"
    code = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    signal.signal(signal.SIGALRM, interruption.note)
    signal.setitimer(signal.ITIMER_REAL, 0.7)

    status = run_phase("seed", python(code), interruption=interruption, write=lines.append)

    assert status is None
    assert not is_alive(int(pid_file.read_text()))


def test_a_taken_port_is_passed_over():
    with (
        open_listener(host="127.0.0.1", port=18300) as first,
        open_listener(host="127.0.0.1", port=18300) as second,
    ):
        assert second.getsockname()[1] == first.getsockname()[1] + 1


def test_connections_that_linger_from_the_last_run_do_not_take_the_port():
    with open_listener(host="127.0.0.1", port=18400) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listener.accept()
            # The side that closes first is the one that lingers.
            accepted.close()
    with open_listener(host="127.0.0.1", port=port) as again:
        assert again.getsockname()[1] == port


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(OSError, match="assign requested address"):
        open_listener(host="192.0.2.1", port=18500)
