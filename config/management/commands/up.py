import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.embedded import EmbeddedServerError
from config.embedded.client import leave
from config.processes import die_with_parent
from config.supervisor import banner
from config.supervisor.installation import NotReadyError, Watch, children, manage
from config.supervisor.interruption import Interruption
from config.supervisor.listening import open_listener
from config.supervisor.phases import run_phase
from config.supervisor.supervisor import Supervisor


class Command(BaseCommand):
    help = "Start the whole installation: migrate, then run web, worker and beat until Ctrl-C."
    # Done by `migrate`, in a process of its own: this one only looks after the others.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This function will declare the options."""
        parser.add_argument("--demo", action="store_true", help="load the demo shop first")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="or the next one that is free")
        parser.add_argument(
            "--stop-with-parent",
            action="store_true",
            help="stop when the process that started this one dies (Linux)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will run everything until it is told to stop."""
        self.began = time.monotonic()
        self.interruption = Interruption()
        if options["stop_with_parent"]:
            die_with_parent(signal.SIGTERM, parent=os.getppid())
        host = options["host"]
        with self.interruption.watched():
            # First of all, for it may be refused; whoever comes early waits.
            with self._listen(host=host, port=options["port"]) as listener:
                if self._prepare(demo=options["demo"]):
                    self._serve(listener, host=host, demo=options["demo"])
            leave()
        self._write("Everything has stopped.")

    def _prepare(self, *, demo: bool) -> bool:
        """This function will bring the database up to date, and say False if told to stop."""
        phases = {"migrate": manage("migrate", "--no-input")}
        if demo:
            phases["seed_demo"] = manage("seed_demo")
        for name, command in phases.items():
            status = run_phase(name, command, interruption=self.interruption, write=self._write)
            if status is None:
                return False
            if status:
                raise CommandError(f"{name} ended with status {status}: see its message above.")
        return True

    def _serve(self, listener: socket.socket, *, host: str, demo: bool) -> None:
        port = listener.getsockname()[1]
        watch = Watch(host=host, port=port, when_ready=lambda: self._show(host, port, demo=demo))
        supervisor = Supervisor(
            children(listener),
            interruption=self.interruption,
            write=self._write,
            look_after=watch.look,
        )
        self._write("web, worker, beat ...")
        try:
            status = supervisor.run()
        except (NotReadyError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error
        if status:
            sys.exit(status)

    def _listen(self, *, host: str, port: int) -> socket.socket:
        try:
            listener = open_listener(host=host, port=port)
        except (OSError, OverflowError) as error:
            raise CommandError(f"Cannot listen on {host}:{port}: {error}") from error
        chosen = listener.getsockname()[1]
        if chosen != port:
            self._write(f"Port {port} is taken: using {chosen} instead.")
        return listener

    def _show(self, host: str, port: int, *, demo: bool) -> None:
        url = banner.site_url(host=host, port=port)
        self._write(f"ready after {time.monotonic() - self.began:.1f} s")
        for line in banner.addresses(url):
            self._write(line)
        if demo:
            for line in banner.demo(url, sku=self._sku_on_sale(url)):
                self._write(line)
        self._write("\nCtrl-C stops everything.\n")

    def _sku_on_sale(self, url: str) -> str | None:
        try:
            return banner.sku_on_sale(url)
        except OSError as error:
            self._write(f"The catalogue does not answer as it should: {error}")
            return None

    def _write(self, line: str) -> None:
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except OSError:
            # Nobody reads any more: the terminal or the pipe is gone.
            self.interruption.note()
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
