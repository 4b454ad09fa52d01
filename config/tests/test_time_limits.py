"""Limits that lean on each other, each in the place it belongs to: who waits for whom."""

from importlib import import_module

import pytest
from django.conf import settings

from apps.events.retries import lease_of
from apps.events.tasks import deliver
from config.celery import app
from config.settings import servers

mails_lease = import_module("apps.mail.services.send_mail")._LEASE.total_seconds()
deliverys_lease = lease_of().total_seconds()


@pytest.fixture(scope="module")
def tasks():
    app.autodiscover_tasks(force=True)
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert "events.deliver" in ours
    return ours.values()


# Who is given one of these again finds the claim of the first in the database, and does nothing.
CLAIMED = {"interchange.run_exports", "interchange.run_imports", "recommendations.rebuild"}


def test_a_delivery_has_ended_before_its_lease_has():
    assert deliver.soft_time_limit < deliver.time_limit < deliverys_lease


def test_a_mail_is_free_again_when_its_delivery_is_tried_again():
    assert mails_lease < deliverys_lease


def test_whoever_sends_a_mail_has_ended_before_somebody_else_may():
    assert deliver.time_limit < mails_lease


def test_a_mail_is_given_the_time_that_a_slow_server_takes():
    assert mails_lease > 10 * settings.EMAIL_TIMEOUT


def test_a_task_is_asked_to_end_before_it_is_ended(tasks):
    for task in tasks:
        soft = task.soft_time_limit or settings.CELERY_TASK_SOFT_TIME_LIMIT
        assert soft < (task.time_limit or settings.CELERY_TASK_TIME_LIMIT), task.name


def test_no_task_is_given_to_a_second_worker_while_it_runs(tasks):
    broker = servers._broker("redis://127.0.0.1:1/0")
    visible_again = broker["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]
    assert visible_again > settings.CELERY_TASK_TIME_LIMIT
    for task in tasks:
        if task.name not in CLAIMED:
            assert (task.time_limit or 0) < visible_again, task.name
