"""The feed: transactions commit out of id order, and a reader who follows it misses nothing."""

import random
import threading
import time
from urllib.parse import parse_qs, urlparse

import pytest
from django.db import connection, transaction

from apps.accounts.tests.factories import UserFactory
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.events.tests.factories import lamp_lit
from apps.stores.tests.factories import StoreFactory
from conftest import client_of
from tests.statements import at_most

FEED = "/api/v1/events"


def cursor_of(page: dict) -> str:
    return parse_qs(urlparse(page["next"]).query)["cursor"][0]


def test_follows_from_page_to_page_and_waits_at_the_end(store, staff_client):
    events.publish(*[lamp_lit(number=number) for number in range(5)], store=store)
    first = staff_client.get(FEED, {"page_size": 3}).json()
    second = staff_client.get(first["next"]).json()
    third = staff_client.get(second["next"]).json()
    assert [row["payload"]["number"] for row in first["results"]] == [0, 1, 2]
    assert [row["payload"]["number"] for row in second["results"]] == [3, 4]
    assert third["results"] == []

    events.publish(lamp_lit(number=5), store=store)
    later = staff_client.get(third["next"]).json()
    assert [row["payload"]["number"] for row in later["results"]] == [5]


def test_finds_what_happened_to_one_thing(store, staff_client):
    wanted = lamp_lit()
    events.publish(wanted, lamp_lit(), store=store)
    page = staff_client.get(FEED, {"aggregate_id": str(wanted.aggregate_id)}).json()
    assert [row["aggregate_id"] for row in page["results"]] == [str(wanted.aggregate_id)]


def test_shows_nothing_of_another_store(staff_client):
    events.publish(lamp_lit(), store=StoreFactory())
    assert staff_client.get(FEED).json()["results"] == []


def test_is_for_staff_only(anonymous, shopper_client):
    assert anonymous.get(FEED).status_code == 401
    assert shopper_client.get(FEED).status_code == 403


def test_staff_of_another_store_is_not_known_here(store):
    assert client_of(UserFactory(is_staff=True)).get(FEED).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": "-1"},
        {"cursor": str(2**63)},
        {"page_size": "0"},
        {"page_size": "101"},
        {"aggregate_id": "x"},
        {"name": "a\x00b"},
    ],
)
def test_refuses_a_query_that_makes_no_sense(staff_client, query):
    answer = staff_client.get(FEED, query)
    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_error"


def test_costs_four_statements(store, staff_client):
    events.publish(*[lamp_lit() for _ in range(30)], store=store)
    with at_most(4):  # person, lock, numbering, page
        assert len(staff_client.get(FEED).json()["results"]) == 20


@pytest.mark.django_db(transaction=True)
def test_event_that_commits_late_comes_after_what_was_read(store, staff_client):
    wrote, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            events.publish(lamp_lit(number=1), store=store)
            wrote.set()
            may_commit.wait(timeout=10)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert wrote.wait(timeout=10)
    with transaction.atomic():
        events.publish(lamp_lit(number=2), store=store)

    first = staff_client.get(FEED).json()
    assert [row["payload"]["number"] for row in first["results"]] == [2]
    may_commit.set()
    slow.join()
    second = staff_client.get(first["next"]).json()
    assert [row["payload"]["number"] for row in second["results"]] == [1]

    ids = OutboxEvent.objects.order_by("pk").values_list("payload__number", flat=True)
    assert list(ids) == [1, 2], "the late one has the lower id: following ids would have lost it"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_reader_that_runs_along_with_eight_writers_misses_nothing(store, staff_client):
    writers_left = threading.Semaphore(0)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(25):
            with transaction.atomic():
                events.publish(lamp_lit(number=seed * 100 + number), store=store)
                time.sleep(chance.uniform(0, 0.01))
        connection.close()
        writers_left.release()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()

    read, following, done = [], FEED, 0
    while True:
        done += sum(writers_left.acquire(blocking=False) for _ in range(8))
        page = staff_client.get(following, {}).json()
        read += [row["payload"]["number"] for row in page["results"]]
        following = page["next"]
        if done == 8 and not page["results"]:
            break
    for thread in threads:
        thread.join()

    assert sorted(read) == sorted(seed * 100 + number for seed in range(8) for number in range(25))
    assert len(read) == 200
