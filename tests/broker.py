"""A RabbitMQ of the tests' own, to be killed, frozen and brought back."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from config.processes import dying_with_parent
from tests.serving import free_port

_CONFIGURATION = """
listeners.tcp.default = 127.0.0.1:{port}
log.console = true
log.console.level = warning
disk_free_limit.absolute = 10MB
"""


def server_program() -> Path | None:
    """This function will return RabbitMQ's own start script, or `None` where there is none.

    A distribution's command on the path may be a wrapper that changes the user: the script is
    beside it.
    """
    found = shutil.which("rabbitmq-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    script = Path(found).resolve().parent / "rabbitmq-server" if found else None
    return script if script and script.exists() else None


class RabbitMQ:
    """One node with a folder, a name and ports of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.port, self.epmd_port = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.epmd: subprocess.Popen[bytes] | None = None
        self.node: subprocess.Popen[bytes] | None = None
        (folder / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=self.port))
        (folder / "enabled_plugins").write_text("[].\n")
        self.environment = os.environ | {
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "RABBITMQ_BASE": str(folder),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODENAME": f"tradepost{self.port}@localhost",
            # So the script becomes the server instead of its parent, and dies with the tests.
            "RABBITMQ_ALLOW_INPUT": "true",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput",
        }

    def start(self) -> None:
        """This function will start the node, and wait until it takes connections."""
        if self.is_running():
            return
        if self.epmd is None:
            self.epmd = self._run(["epmd", "-port", str(self.epmd_port), "-address", "127.0.0.1"])
        self.node = self._run([str(self.program)])
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.node.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ did not start:\n{self.log()}")
            time.sleep(0.1)

    def is_running(self) -> bool:
        """This function will tell whether the node's process lives, frozen or not."""
        return self.node is not None and self.node.poll() is None

    def answers(self) -> bool:
        """This function will tell whether a client can log in."""
        try:
            with Connection(self.url, connect_timeout=1) as connection:
                connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        except (OSError, OperationalError):
            return False
        return True

    def kill(self) -> None:
        """This function will end the node as a power cut does."""
        self._signal(signal.SIGKILL)
        if self.node is not None:
            self.node.wait()

    def freeze(self) -> None:
        """This function will stop the node from answering: its connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """This function will let a frozen node go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """This function will end everything this node needed."""
        self.kill()
        if self.epmd is not None:
            self.epmd.kill()
            self.epmd.wait()

    def log(self) -> str:
        """This function will return what the node has said."""
        return (self.folder / "console.log").read_text(errors="replace")

    def _run(self, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / "console.log").open("ab") as log:
            return subprocess.Popen(
                command,
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )

    def _signal(self, which: signal.Signals) -> None:
        if self.is_running() and self.node is not None:
            os.killpg(self.node.pid, which)


@contextmanager
def rabbitmq(program: Path) -> Iterator[RabbitMQ]:
    """This function will lend a node that has not been started yet."""
    with tempfile.TemporaryDirectory(prefix="tradepost-rabbitmq-") as folder:
        node = RabbitMQ(program, Path(folder))
        try:
            yield node
        finally:
            node.stop()


class Listener:
    """Another system: a durable queue bound to everything that Tradepost announces."""

    def __init__(self, url: str, name: str, *, binding: str = "#") -> None:
        self.url = url
        self.queue = Queue(
            name, Exchange("tradepost.events", type="topic", durable=True), routing_key=binding
        )
        with Connection(url, connect_timeout=2) as connection:
            self.queue(connection.default_channel).declare()

    def heard(self) -> list[tuple[str, str]]:
        """This function will take what has arrived: content types and bodies."""
        heard = []
        with Connection(self.url, connect_timeout=2) as connection:
            queue = self.queue(connection.default_channel)
            while message := queue.get(no_ack=True):
                body = message.body
                heard.append(
                    (message.content_type, body.decode() if isinstance(body, bytes) else body)
                )
        return heard

    def waiting(self) -> int:
        """This function will return how many messages have arrived."""
        return waiting_in(self.url, self.queue.name)

    def forget(self) -> None:
        """This function will remove the queue."""
        with Connection(self.url, connect_timeout=2) as connection:
            self.queue(connection.default_channel).delete()


def waiting_in(url: str, queue: str) -> int:
    """This function will return how many messages lie in a queue; 0 when there is none."""
    with Connection(url, connect_timeout=2) as connection:
        channel = connection.default_channel
        try:
            return int(channel.queue_declare(queue=queue, passive=True).message_count)
        except connection.channel_errors:
            return 0
