"""Telling other systems what has happened, in the order of the feed."""

from collections.abc import Iterator

from apps.events.broker import broker_line
from apps.events.models import OutboxEvent
from apps.events.services.follow_feed import follow_feed

ANNOUNCER = "announcer"


def announce_events(*, seconds: float = 10) -> int:
    """This function will publish events to `tradepost.events`, until all are or the time is up.

    One process at a time does so, so that they leave in the order of their positions; another one
    returns at once. What is not known to have arrived is published again: at least once, each with
    the event's id. Returns how many were published.

    Raises:
        BrokerAway: some could not be published; the next run begins with the first of them.
    """
    return follow_feed(reader=ANNOUNCER, deal=_announce, seconds=seconds)


def _announce(batch: list[OutboxEvent]) -> Iterator[OutboxEvent]:
    with broker_line() as line:
        for event in batch:
            line.announce(event)
            yield event
