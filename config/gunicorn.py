"""How gunicorn serves the site, in `manage.py up` and in the container alike."""

import json
import os
import shutil
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn import util

from config import env

wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = env.number("WEB_CONCURRENCY", 2)
threads = env.number("WEB_THREADS", 8)
keepalive = 5
timeout = 60
# A long URL is Django's to refuse, in our own words.
limit_request_line = 8190
graceful_timeout = 5

_PROBLEM = "application/problem+json"
# The longest silence in the middle of a request.
_BODY_SECONDS = 20

_METRICS = env.BASE_DIR / "var" / "metrics"


def _fresh_metrics() -> Path:
    """This function will return an empty folder, and remove those of servers that were killed."""
    for left in _METRICS.glob("[0-9]*"):
        if left.name == str(os.getpid()) or not _is_alive(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    mine = _METRICS / str(os.getpid())
    mine.mkdir(parents=True)
    return mine


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


# Each process writes its metrics here; /metrics adds them up. Numbers of the last run must not be
# added, so the folder is this server's own.
_metrics = _fresh_metrics()
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_metrics}"]


def child_exit(server: Any, worker: Any) -> None:
    """This function will drop the live gauges of a worker that has ended."""
    # Late: the client decides how to count when it is imported, by the variable set above, and
    # the workers inherit what this process has imported.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid, path=str(_metrics))


def on_exit(server: Any) -> None:
    """This function will remove the metrics when the last process has ended."""
    shutil.rmtree(_metrics, ignore_errors=True)


def _write_problem(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """This function will answer what is no HTTP, or too long, as the application would."""
    code = reason.lower().replace(" ", "_")
    document = {
        "type": f"urn:tradepost:problem:{code}",
        "title": reason,
        "status": status,
        "detail": "The server cannot read this request.",
        "instance": "",
        "code": code,
        "request_id": "",
    }
    body = json.dumps(document)
    head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {_PROBLEM}\r\n"
    with suppress(OSError):
        util.write_nonblock(sock, f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())


# It writes HTML of its own, and has no setting for that.
util.write_error = _write_problem


def pre_request(worker: Any, request: Any) -> None:
    """This function will have no client keep a thread waiting for the rest of a body."""
    request.unreader.sock.settimeout(_BODY_SECONDS)
