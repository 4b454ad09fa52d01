"""A RabbitMQ that is killed, frozen or away delays what must be told, and nothing else."""

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from apps.core.ids import uuid7
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.orders.models import Order
from tests.broker import Listener
from tests.faults.lamps.effects import effects_of, number_of_effects
from tests.faults.lamps.events import LampSwitched
from tests.serving import served
from tests.shop import Shop, tally
from tests.workers import wait_until

pytestmark = [
    pytest.mark.fault,
    pytest.mark.services,
    # Workers record what happens: what they wrote is looked at, and wiped.
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]

RETURN_SECONDS = 60


@pytest.fixture
def listener(broker):
    listener = Listener(broker.url, "faults.another_system")
    yield listener
    broker.start()
    listener.forget()


def switch_lamps(store, count):
    """Publishes from a thread of its own, a few in each transaction, for a few seconds."""

    def switch():
        for first in range(0, count, 5):
            with transaction.atomic():
                numbers = range(first, first + 5)
                switched = [LampSwitched(aggregate_id=uuid7(), number=number) for number in numbers]
                events.publish(*switched, store=store)
            time.sleep(0.04)
        connection.close()

    thread = threading.Thread(target=switch)
    thread.start()
    return thread


def order(shop, variant, count, *, pay_each=10):
    """Orders from eight people at once, some of which are paid for; the answers to either, and how
    long the slowest took."""
    buyers = shop.buyers(8)
    took = []

    def timed(call):
        began = time.monotonic()
        answer = call()
        took.append(time.monotonic() - began)
        return answer

    def one(number):
        buyer = buyers[number % 8]
        placed = timed(lambda: buyer.order((variant, 1)))
        if number % pay_each or placed.status != 201:
            return [placed]
        path, how = f"orders/{placed.body['id']}/payments", {"gateway": "simulated"}
        how["payment_method"] = "success"
        return [placed, timed(lambda: buyer.call("POST", path, how, key=str(uuid.uuid4())))]

    with ThreadPoolExecutor(8) as threads:
        answers = [answer for pair in threads.map(one, range(count)) for answer in pair]
    return answers, max(took)


@pytest.fixture
def shop_on(broker, store):
    """A shop behind a real server that knows the broker which is done harm to."""
    with served(DJANGO_SETTINGS_MODULE="tests.faults.installation", BROKER_URL=broker.url) as url:
        yield Shop(store, url)


def test_a_broker_killed_amid_500_events_loses_none_and_doubles_no_inner_effect(
    broker, listener, pipeline, store, left, delivered
):
    with pipeline() as running:
        publisher = switch_lamps(store, 500)
        wait_until(lambda: number_of_effects() > 100, seconds=30, told=running.log)
        broker.kill()
        publisher.join()
        assert left() > 0
        broker.start()
        delivered(within=RETURN_SECONDS)
        wait_until(lambda: listener.waiting() >= 500, seconds=20, told=running.log)

    inner, external = effects_of("inner"), effects_of("external")
    assert len(inner) == len(set(inner)) == 500
    assert len(set(external)) == 500
    heard = [json.loads(body) for _, body in listener.heard()]
    assert {event["id"] for event in heard} == {
        str(public_id) for public_id in OutboxEvent.objects.values_list("public_id", flat=True)
    }
    first_time = list(dict.fromkeys(event["sequence"] for event in heard))
    assert first_time == sorted(first_time)


def test_a_frozen_broker_keeps_no_order_waiting_and_is_caught_up_with(
    broker, shop_on, pipeline, delivered, promises_kept
):
    goods = shop_on.goods(stock=1000)
    with pipeline():
        _, usual = order(shop_on, goods, 50)
        delivered(within=30)
        broker.freeze()
        frozen = time.monotonic()
        answers, slowest = order(shop_on, goods, 450)
        assert tally(answers) == {201: 450 + 45}
        assert slowest < max(2, 3 * usual)
        time.sleep(max(0, 12 - (time.monotonic() - frozen)))  # whoever tries has given up by then
        broker.thaw()
        took = delivered(within=RETURN_SECONDS)
    print(f"slowest: usual {usual:.2f}, frozen {slowest:.2f}; caught up in {took:.1f}")
    assert Order.objects.count() == 500
    promises_kept()


def test_a_broker_that_is_away_from_the_start_is_not_missed_until_it_comes(
    node, store, pipeline, left, delivered, promises_kept
):
    node.kill()
    with (
        served(DJANGO_SETTINGS_MODULE="tests.faults.installation", BROKER_URL=node.url) as url,
        pipeline(wait=False),
    ):
        shop = Shop(store, url)
        goods = shop.goods(stock=100)
        answers, slowest = order(shop, goods, 100)
        assert tally(answers) == {201: 100 + 10}
        assert slowest < 2
        assert left() > 0
        node.start()
        delivered(within=RETURN_SECONDS)
    promises_kept()
