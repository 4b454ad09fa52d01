"""What Celery is told: queues that lose nothing, and messages that do not pile up."""

import pytest
from celery import current_app
from celery.schedules import crontab
from celery.signals import task_postrun, task_prerun
from django.conf import settings
from django.db import connection

from config import queues
from config.celery import give_connections_back
from config.settings.schedule import expiring
from config.settings.servers import _broker


def test_rabbitmq_keeps_its_queues_through_a_power_cut_and_puts_poison_aside():
    options = _broker("amqp://guest:guest@127.0.0.1:5672//")

    periodic, deliveries = options["CELERY_TASK_QUEUES"]
    assert (periodic.name, deliveries.name) == ("tradepost.periodic", "tradepost.deliveries")
    for queue in (periodic, deliveries):
        assert queue.durable
        assert queue.queue_arguments == {
            "x-queue-type": "quorum",
            "x-delivery-limit": 10,
            "x-dead-letter-exchange": "tradepost.dead",
        }
    assert options["CELERY_BROKER_TRANSPORT_OPTIONS"]["confirm_publish"] is True
    dead = queues.dead_letters()
    assert (dead.name, dead.exchange.name, dead.exchange.type) == (
        "tradepost.dead",
        "tradepost.dead",
        "fanout",
    )


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "redis+socket:///tmp/valkey.sock"])
def test_redis_and_valkey_have_the_same_queues_without_arguments_they_do_not_know(url):
    names = {queue.name: queue.queue_arguments for queue in _broker(url)["CELERY_TASK_QUEUES"]}
    assert names == {"tradepost.periodic": None, "tradepost.deliveries": None}


def test_deliveries_wait_in_another_queue_than_everything_else():
    route = current_app.amqp.router.route
    assert route({}, "events.deliver")["queue"].name == "tradepost.deliveries"
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        queue = route({}, entry["task"]).get("queue", current_app.amqp.default_queue)
        assert queue.name == "tradepost.periodic"


def test_a_message_of_beat_ends_when_the_next_is_due_and_outlives_a_lost_connection():
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        options = entry["options"]
        assert 0 < options["expires"] <= 3600, name
        assert options["retry"] is True, name

    schedule = expiring(
        {
            "often": {"task": "one", "schedule": 5.0},
            "daily": {"task": "two", "schedule": crontab(hour=6)},
            "own": {"task": "three", "schedule": 5.0, "options": {"expires": 2}},
        }
    )
    assert [entry["options"]["expires"] for entry in schedule.values()] == [5.0, 3600, 2]


def test_every_task_that_beat_starts_exists():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(
        current_app.tasks
    )


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_is_not_what_the_next_task_begins_with():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
    broken = connection.connection
    broken.close()
    connection.errors_occurred = True

    give_connections_back()

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.connection is not broken
    for signal in (task_prerun, task_postrun):
        assert any(receiver() is give_connections_back for _, receiver in signal.receivers)
