"""The Celery application: what runs later, and how a lost worker loses nothing."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.signals import setup_logging, task_postrun, task_prerun
from django.db import close_old_connections

from config import queues

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("tradepost")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class DeclareDeadLetters(bootsteps.StartStopStep):
    """Has a place for messages that ended every worker which took them, before any is taken.

    Queues refer to its exchange by name; RabbitMQ drops dead letters that have nowhere to go.
    """

    requires = ("celery.worker.consumer.connection:Connection",)

    def start(self, parent: Any) -> None:
        """This function will declare it, at each new connection to the broker."""
        if parent.connection.transport.driver_type == "amqp":
            queues.dead_letters().bind(parent.connection.default_channel).declare()


app.steps["consumer"].add(DeclareDeadLetters)


@setup_logging.connect
def use_django_logging(**_: object) -> None:
    """This function will keep Celery from replacing the logging that Django has set up."""


# Celery itself would close the whole pool of connections before and after each task; the setting
# CELERY_DB_REUSE_MAX keeps it from that. This returns what is whole to the pool, as a request does.
@task_prerun.connect
@task_postrun.connect
def give_connections_back(**_: object) -> None:
    """This function will let no task begin with a connection that broke under the one before."""
    close_old_connections()
