"""Having a worker begin at once what beat would start a little later."""

import structlog

from apps.events.broker import broker_line
from apps.events.errors import BrokerAway

log = structlog.get_logger(__name__)


def start_task(*, name: str) -> None:
    """This function will send a periodic task to a worker, besides the times that beat sends it.

    When the broker is away nothing is lost: the task comes at its time.
    """
    try:
        with broker_line() as line:
            line.send_task(name, expires=60)
    except BrokerAway as away:
        log.warning("task_not_started", task=name, error=away.detail)
