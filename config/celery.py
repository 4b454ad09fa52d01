"""The Celery application: what runs later, and how a lost worker loses nothing."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.signals import setup_logging

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
