"""A real Celery worker and beat on the tests' database, to be killed and started again.

with workers(broker_url=node.url) as pipeline:
    ...
    pipeline.kill_worker()
    pipeline.start_worker()
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.processes import dying_with_parent
from tests.serving import ROOT, environment


class Pipeline:
    """One worker with a pool of two, and beat; each a process group of its own."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self.folder = folder
        self.environment = variables
        self.worker: subprocess.Popen[bytes] | None = None
        self.beat: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start_worker(self, *, wait: bool = True) -> None:
        """This function will start the worker, and wait until it takes tasks."""
        self.starts += 1
        self.worker = self._celery(
            "worker", "worker", "--concurrency", "2", "--without-mingle", "--without-gossip",
            "--hostname", f"tests-{os.getpid()}-{self.starts}@%h",
        )  # fmt: skip
        said = len(self.log("worker"))
        if wait:
            wait_until(lambda: " ready." in self.log("worker")[said:], seconds=40, told=self.log)

    def start_beat(self) -> None:
        """This function will start beat."""
        schedule = str(self.folder / "schedule")
        self.beat = self._celery("beat", "beat", "--pidfile", "", "--schedule", schedule)

    def keep_alive(self) -> bool:
        """This function will start the worker again when it has died; it tells whether it had."""
        if self.worker is None or self.worker.poll() is None:
            return False
        self.kill_worker()
        self.start_worker()
        return True

    def kill_worker(self) -> None:
        """This function will end the worker and its pool as a power cut does."""
        _kill(self.worker)

    def stop(self) -> None:
        """This function will end everything."""
        _kill(self.worker)
        _kill(self.beat)

    def log(self, of: str = "") -> str:
        """This function will return what the processes have said."""
        names = [of] if of else ["worker", "beat"]
        logs = [self.folder / f"{name}.log" for name in names]
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())

    def call(self, task: str) -> None:
        """This function will send a task as `celery call` does."""
        subprocess.run(
            [sys.executable, "-m", "celery", "-A", "config", "call", task],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=30,
        )

    def _celery(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", "--quiet", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )


@contextmanager
def workers(*, broker_url: str, wait: bool = True, **variables: str) -> Iterator[Pipeline]:
    """This function will run a worker and beat; `variables` go into their environment.

    Without `wait` it does not matter whether there is a broker yet.
    """
    with tempfile.TemporaryDirectory(prefix="tradepost-workers-") as folder:
        pipeline = Pipeline(
            Path(folder),
            environment(BROKER_URL=broker_url, **({"LOG_LEVEL": "INFO"} | variables)),
        )
        try:
            pipeline.start_beat()
            pipeline.start_worker(wait=wait)
            yield pipeline
        finally:
            pipeline.stop()


def wait_until(
    condition: Callable[[], object], *, seconds: float, told: Callable[[], str] = str
) -> float:
    """This function will wait for something, and return how many seconds it took."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s\n{told()[-8000:]}")
        time.sleep(0.1)
    return time.monotonic() - began


def _kill(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
