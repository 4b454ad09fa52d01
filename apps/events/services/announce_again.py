"""Telling other systems once more."""

from apps.events.broker import broker_line
from apps.events.errors import BrokerAway
from apps.events.models import OutboxEventQuerySet
from apps.events.services.number_events import number_events

_BATCH = 200


def announce_again(*, events: OutboxEventQuerySet) -> int:
    """This function will publish events to `tradepost.events` again, in the order of the feed.

    They have the ids they had, so whoever remembers those takes them for what they are. The relay
    goes on meanwhile: between them there may be new ones. Returns how many were published.

    Raises:
        BrokerAway: the broker went; the detail says how many it has.
    """
    while number_events():
        pass
    announced, position = 0, 0
    while batch := list(events.filter(position__gt=position).order_by("position")[:_BATCH]):
        try:
            with broker_line() as line:
                for event in batch:
                    line.announce(event)
                    announced += 1
        except BrokerAway as away:
            raise BrokerAway(f"{away.detail}; {announced} had been announced") from away
        position = batch[-1].position or 0
    return announced
