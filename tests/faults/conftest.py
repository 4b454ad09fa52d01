"""Real brokers and workers that are killed and frozen, and what must hold after it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db.models import Count

from apps.events.models import Delivery
from apps.stores.models import Store
from tests.broker import RabbitMQ, rabbitmq, server_program
from tests.faults.lamps import subscribers  # noqa: F401 - so that events have deliveries
from tests.faults.lamps.effects import effects_table
from tests.workers import Pipeline, wait_until, workers


@pytest.fixture(scope="session")
def node() -> Iterator[RabbitMQ]:
    program = server_program()
    if program is None:
        pytest.skip("needs a rabbitmq-server on the path, to start one of its own")
    with rabbitmq(program) as node:
        yield node


@pytest.fixture
def broker(node: RabbitMQ) -> Iterator[RabbitMQ]:
    """A RabbitMQ that runs, and may be done anything to."""
    node.start()
    yield node
    node.thaw()


@pytest.fixture
def effects(transactional_db: None, store: Store) -> Iterator[None]:
    with effects_table():
        yield


@pytest.fixture
def pipeline(
    request: pytest.FixtureRequest, effects: None
) -> Callable[..., AbstractContextManager[Pipeline]]:
    """Starts a worker and beat that know the lamps; on RabbitMQ unless told otherwise."""

    def start(**options: object) -> AbstractContextManager[Pipeline]:
        options.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.installation")
        if "broker_url" not in options:
            options["broker_url"] = request.getfixturevalue("node").url
        return workers(**options)

    return start


@pytest.fixture
def left() -> Callable[[], int]:
    """How many deliveries have not taken effect."""

    def count() -> int:
        return Delivery.objects.exclude(state=Delivery.State.DONE).count()

    return count


@pytest.fixture
def delivered() -> Callable[..., float]:
    """Waits until every delivery has taken effect; how many seconds that took."""
    waiting = Delivery.objects.exclude(state=Delivery.State.DONE)

    def tell() -> str:
        kinds = waiting.values("subscriber", "state", "last_error").annotate(count=Count("pk"))
        return "\n".join(map(str, kinds))

    def wait(*, within: float) -> float:
        return wait_until(lambda: not waiting.exists(), seconds=within, told=tell)

    return wait
