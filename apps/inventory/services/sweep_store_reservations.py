"""Goods that nobody paid for in time, and somebody who does not wait for the next sweep."""

from datetime import datetime

from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.events import ReservationsSwept
from apps.inventory.services.sweep_expired_reservations import sweep_expired_reservations
from apps.stores.models import Store


def sweep_store_reservations(*, store: Store, by: Actor, now: datetime) -> int:
    """This function will release what a store has held past its time, 500 references at most.

    Returns how many references ended.
    """
    swept = sweep_expired_reservations(now=now, store=store)
    with transaction.atomic():
        fact = ReservationsSwept(aggregate_id=store.public_id, released=swept)
        events.publish(fact, store=store, by=by)
    return swept
