"""Who buys at the demo shop."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from apps.accounts import services as accounts
from apps.accounts.events import CustomerRegistered
from apps.accounts.models import User
from apps.events import services as events
from apps.interchange.demo.people import PASSWORD, SHOPPER_EMAIL, Buyer
from apps.stores.models import Store

_BEFORE = timedelta(days=60)


def seed_customers(*, store: Store, buyers: Sequence[Buyer], opened_at: datetime) -> list[User]:
    """This function will return the demo's customers, in the order of `buyers`.

    Those who are missing are registered with their address, long before the shop was opened. Only
    the one whose log-in everybody knows has a password: hashing more takes long and helps nobody.
    """
    emails = [buyer.email for buyer in buyers]
    known = {one.email: one for one in User.objects.for_store(store).filter(email__in=emails)}
    registered_at = opened_at - _BEFORE
    return [
        known.get(buyer.email) or _register(store, buyer, registered_at=registered_at)
        for buyer in buyers
    ]


@transaction.atomic
def _register(store: Store, buyer: Buyer, *, registered_at: datetime) -> User:
    customer = User.objects.create_user(
        store=store,
        email=buyer.email,
        password=PASSWORD if buyer.email == SHOPPER_EMAIL else None,
        full_name=buyer.full_name,
        created_at=registered_at,
    )
    registered = CustomerRegistered(aggregate_id=customer.public_id)
    events.publish(registered, store=store, by=customer)
    details = {**buyer.address, "is_default": True}
    accounts.add_address(store=store, owner=customer, details=details, by=customer)
    return customer
