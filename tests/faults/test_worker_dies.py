"""Workers that are killed lose nothing, and do nothing twice that must be done once."""

from collections import Counter

import pytest
from django.db import transaction

from apps.core.ids import uuid7
from apps.events import services as events
from apps.events.models import Delivery
from tests.broker import waiting_in
from tests.faults.lamps.effects import effects_of
from tests.faults.lamps.events import FuseBlown, LampSwitched
from tests.workers import wait_until

pytestmark = [
    pytest.mark.fault,
    pytest.mark.services,
    # Workers record what happens: what they wrote is looked at, and wiped.
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


def switch_lamps(store, count):
    with transaction.atomic():
        switched = [LampSwitched(aggregate_id=uuid7(), number=number) for number in range(count)]
        events.publish(*switched, store=store)


@pytest.fixture
def deaths(tmp_path):
    """Has the worker killed between a delivery's effect and its acknowledgement, once after each
    of some numbers of effects; gives the environment that does so."""

    def plan(*effects: int) -> dict[str, str]:
        kills = tmp_path / "kills"
        kills.mkdir()
        for number in effects:
            (kills / str(number)).touch()
        return {"FAULT_KILLS": str(kills)}

    return plan


def deliver_with_deaths(running, left) -> int:
    """Starts the worker again whenever it has died, until all is delivered; how often it had."""
    died = 0

    def all_is_done() -> bool:
        nonlocal died
        died += running.keep_alive()
        return not left()

    wait_until(all_is_done, seconds=55, told=running.log)
    return died


def test_a_worker_killed_between_effect_and_acknowledgement_loses_and_doubles_nothing(
    broker, pipeline, store, left, deaths
):
    switch_lamps(store, 150)

    with pipeline(**deaths(100, 180, 260)) as running:
        assert deliver_with_deaths(running, left) == 3

    assert_each_took_effect(150)


def test_nor_does_it_on_the_broker_of_a_bare_machine(pipeline, store, left, deaths, settings):
    switch_lamps(store, 50)

    with pipeline(broker_url=settings.CACHES["default"]["LOCATION"], **deaths(40)) as running:
        assert deliver_with_deaths(running, left) == 1

    assert_each_took_effect(50)


def assert_each_took_effect(count: int) -> None:
    inner, external = effects_of("inner"), effects_of("external")
    assert len(inner) == len(set(inner)) == count
    assert len(set(external)) == count
    assert set(inner) | set(external) == set(Delivery.objects.values_list("public_id", flat=True))


def test_what_ends_every_worker_is_given_up_and_keeps_nobody_waiting(broker, pipeline, store, left):
    # The broker is that of the tests before, whose killed workers may have left letters there.
    lying = waiting_in(broker.url, "tradepost.dead")
    with transaction.atomic():
        events.publish(FuseBlown(aggregate_id=uuid7()), store=store)
    switch_lamps(store, 100)

    with pipeline() as running:
        running.call("faults.end_process")
        wait_until(lambda: left() == 1, seconds=30, told=running.log)
        wait_until(
            lambda: Delivery.objects.filter(state="dead").exists(), seconds=40, told=running.log
        )
        wait_until(
            lambda: waiting_in(broker.url, "tradepost.dead") > lying, seconds=30, told=running.log
        )
        switch_lamps(store, 20)
        wait_until(lambda: left() == 1, seconds=20, told=running.log)

    (dead,) = Delivery.objects.exclude(state="done")
    assert dead.event.name == "fault.fuse_blown"
    assert (dead.state, dead.attempts) == ("dead", 3)
    assert dead.last_error == "TimeoutError: the last attempt never came back"
    assert Counter(effects_of("inner")).most_common(1)[0][1] == 1
    assert len(effects_of("inner")) == 120
