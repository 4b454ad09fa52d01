"""The relay: from the outbox to workers and to other systems."""

from dataclasses import dataclass

import structlog

from apps.core.answer_cache import CacheAway
from apps.events.errors import BrokerAway
from apps.events.services.announce_events import announce_events
from apps.events.services.dispatch_deliveries import dispatch_deliveries
from apps.events.services.forget_answers import forget_answers
from apps.events.services.number_events import number_events

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Relayed:
    """What one run of the relay has sent."""

    dispatched: int = 0
    announced: int = 0


def relay_events() -> Relayed:
    """This function will give events their positions, end the answers that they have made old,
    send what is due to workers, and announce what has happened to other systems.

    It never fails because of Redis or the broker: what could not be sent is sent by a later run.
    """
    while number_events():
        pass
    try:
        forget_answers()
    except CacheAway:
        log.warning("answers_not_forgotten")
    dispatched = announced = 0
    try:
        dispatched = dispatch_deliveries()
        announced = announce_events()
    except BrokerAway as away:
        log.warning("relay_stopped", error=away.detail)
    return Relayed(dispatched=dispatched, announced=announced)
