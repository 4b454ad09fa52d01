"""A real server: gunicorn with several processes and threads, on the database of the tests."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent


def database_url(alias: str = "default") -> str:
    """This function will return the URL of the database the tests are using right now."""
    its = connections[alias].settings_dict
    where = f"{quote(its['USER'])}:{quote(its['PASSWORD'])}@"
    options = {}
    if its["HOST"].startswith("/"):
        options["host"] = its["HOST"]
    else:
        where += its["HOST"]
    if its["PORT"]:
        where += f":{its['PORT']}" if "host" not in options else ""
        options |= {"port": its["PORT"]} if "host" in options else {}
    query = f"?{urlencode(options)}" if options else ""
    return f"postgres://{where}/{quote(its['NAME'])}{query}"


def environment(**more: str) -> dict[str, str]:
    """This function will return the environment of a process that serves the tests' database."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "DATABASE_URL": database_url(),
        "AUDIT_DATABASE_URL": database_url("audit"),
        "AUDIT_KEY": settings.AUDIT_KEY,
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "BROKER_URL": settings.CELERY_BROKER_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_LEVEL": "WARNING",
        # A test that reads mails names a folder: filemail:///…
        "EMAIL_URL": "dummymail:",
        # It shows pictures that a test has uploaded, and leaves nothing behind.
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "EXPORTS_ROOT": str(settings.EXPORTS_ROOT),
        # Each test has a default store of its own.
        "STORE_DIRECTORY_SECONDS": "0",
        # And keys of its own to sign tokens with, which are read with ours.
        "SIGNING_KEY_RING_SECONDS": "0",
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
        "BLIND_INDEX_KEY": settings.BLIND_INDEX_KEY,
        # Where a test is about a limit it says so.
        **{f"RATE_LIMIT_{name.upper()}": "off" for name in settings.RATE_LIMITS},
        "RATE_LIMIT_WAIT_MS": "5000",  # a busy machine is no reason to count apart
        "UNPAID_ORDERS_PER_CUSTOMER": "0",
        "UNPAID_ORDERS_PER_ADDRESS": "0",
        "PAYMENT_ATTEMPTS_PER_ORDER": "0",
        **more,
    }


def free_port() -> int:
    """This function will return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def served(application: str = "config.wsgi:application", **variables: str) -> Iterator[str]:
    """This function will serve an application with 2 processes of 8 threads; it gives the URL."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    command += ["--config", "python:config.gunicorn", "--workers", "2", "--threads", "8"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(**variables), stdout=log, stderr=log
        )
        try:
            _wait_until_it_answers(process, log, f"http://127.0.0.1:{port}/health/live")
            yield f"http://127.0.0.1:{port}"
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], log: IO[bytes], url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"the server ended: {log.read().decode()}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer")
