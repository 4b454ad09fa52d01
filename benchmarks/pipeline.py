"""How many deliveries a second a worker with a pool of two makes, as a ratio to one process that
delivers them itself.

Half of the deliveries are inner and half external, and each has one effect: a row in a table. The
ways take turns; what is printed is the median
of the rounds. It starts a RabbitMQ of its own where the program is there. Run it with `make bench`.
"""

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from apps.core.ids import uuid7  # noqa: E402
from apps.events import services as events  # noqa: E402
from apps.events.models import Delivery  # noqa: E402
from apps.stores.models import Store  # noqa: E402
from tests.broker import rabbitmq, server_program  # noqa: E402
from tests.faults.lamps import subscribers  # noqa: E402, F401 - so that events have deliveries
from tests.faults.lamps.effects import effects_table  # noqa: E402
from tests.faults.lamps.events import LampSwitched  # noqa: E402
from tests.workers import workers  # noqa: E402

DELIVERIES, ROUNDS = 1000, 3


def publish() -> None:
    with transaction.atomic():
        switched = [LampSwitched(aggregate_id=uuid7()) for _ in range(DELIVERIES // 2)]
        events.publish(*switched, store=Store.objects.default())


def waiting() -> int:
    return Delivery.objects.pending().count()


def in_this_process() -> float:
    began = time.perf_counter()
    while waiting():
        events.deliver_pending()
    return DELIVERIES / (time.perf_counter() - began)


def until_all_is_done() -> float:
    """Counted from the first effect: how soon the relay looks is beat's affair."""
    while (first := waiting()) == DELIVERIES:
        time.sleep(0.01)
    began = time.perf_counter()
    while waiting():
        time.sleep(0.01)
    return first / (time.perf_counter() - began)


def main() -> None:
    with ExitStack() as stack:
        stack.enter_context(effects_table())
        ways: dict[str, Callable[[], float]] = {"in one process": in_this_process}
        brokers = {"Redis or Valkey": settings.CACHES["default"]["LOCATION"]}
        if program := server_program():
            node = stack.enter_context(rabbitmq(program))
            node.start()
            brokers["RabbitMQ"] = node.url
        for name, url in brokers.items():
            ways[name] = lambda url=url: with_worker(url)
        measure(ways)


def with_worker(url: str) -> float:
    variables = {"DJANGO_SETTINGS_MODULE": "tests.faults.installation"}
    with workers(broker_url=url, **variables):
        return until_all_is_done()


def measure(ways: dict[str, Callable[[], float]]) -> None:
    seen = defaultdict(list)
    for _ in range(ROUNDS):
        for name, way in ways.items():
            publish()
            seen[name].append(way())
    print(f"{'way':20}{'deliveries/s':>14}{'ratio':>8}")
    for name, speeds in seen.items():
        ratios = [a / b for a, b in zip(speeds, seen["in one process"], strict=True)]
        print(f"{name:20}{statistics.median(speeds):14.0f}{statistics.median(ratios):8.2f}")


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
