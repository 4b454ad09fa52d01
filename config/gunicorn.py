"""How gunicorn serves the site, in `manage.py up` and in the container alike."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

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

# Each process writes its metrics here; /metrics adds them up. Always a fresh folder: numbers of
# processes that are gone must not be added.
_metrics = tempfile.mkdtemp(prefix="tradepost-metrics-")
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_metrics}"]


def child_exit(server: Any, worker: Any) -> None:
    """This function will drop the live gauges of a worker that has ended."""
    # Imported late: the client decides how it counts when it is imported, and the workers, which
    # inherit this process's modules, must decide with the variable above in place.
    from prometheus_client import multiprocess

    if Path(_metrics).exists():
        multiprocess.mark_process_dead(worker.pid, path=_metrics)


def on_exit(server: Any) -> None:
    """This function will remove the metrics when the last process has ended."""
    shutil.rmtree(_metrics, ignore_errors=True)
