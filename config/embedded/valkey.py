"""The embedded Valkey: the cache and, on a bare machine, the message broker."""

import signal
import socket
from pathlib import Path
from typing import Any

from config.embedded.binaries import valkey_program
from config.embedded.server import Server


class Valkey(Server):
    """Database 0 is the cache, database 1 the broker: clearing one leaves the other alone."""

    stop_signals = (signal.SIGTERM,)

    def prepare(self) -> None:
        """This function will make the data folder if there is none."""
        self.data.mkdir(mode=0o700, exist_ok=True)

    def command(self) -> list[str]:
        """This function will return the command that runs the server in the foreground."""
        options = {
            "port": "0",
            "unixsocket": str(self._socket()),
            "unixsocketperm": "700",
            "pidfile": str(self.pid_file()),
            "daemonize": "no",
            "save": "",
            # The broker lives here: what was handed to it survives, except in tests.
            "appendonly": "yes" if self.durable else "no",
            # A full server must say so; evicting would lose tasks.
            "maxmemory-policy": "noeviction",
            # The command line tells a leftover from a stranger with the same process id.
            "set-proc-title": "no",
        }
        command = [str(valkey_program())]
        for name, value in options.items():
            command += [f"--{name}", value]
        return command

    def pid_file(self) -> Path:
        """This function will return the file whose first line is the server's process id."""
        return self.home / "valkey.pid"

    def answers(self) -> bool:
        """This function will return whether the server is ready for clients."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self._socket()))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def settle(self) -> None:
        """This function will change nothing: the options say it all."""

    def endpoint(self) -> dict[str, Any]:
        """This function will return what a client needs to connect."""
        return {
            "cache_url": f"unix://{self._socket()}?db=0",
            "broker_url": f"redis+socket://{self._socket()}?virtual_host=1",
        }

    def _socket(self) -> Path:
        return self.sockets / "valkey.sock"
