import sys
from contextlib import contextmanager
from unittest.mock import Mock

from apps.events import services as events
from apps.events.errors import BrokerAway

HERE = sys.modules["apps.events.services.start_task"]


def test_a_worker_is_told_and_the_message_does_not_wait_for_ever(monkeypatch):
    line = Mock()

    @contextmanager
    def lent():
        yield line

    monkeypatch.setattr(HERE, "broker_line", lent)
    events.start_task(name="interchange.run_exports")
    line.send_task.assert_called_once_with("interchange.run_exports", expires=60)


def test_without_a_broker_it_waits_for_beat(monkeypatch):
    def away():
        raise BrokerAway("gone")

    monkeypatch.setattr(HERE, "broker_line", away)
    events.start_task(name="interchange.run_exports")
