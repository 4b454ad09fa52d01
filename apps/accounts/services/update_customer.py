"""Staff correct what the store knows about a customer."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.errors import CustomerNotFound, EmailTaken
from apps.accounts.events import CustomerUpdated, EmailVerificationRequested
from apps.accounts.models import User
from apps.accounts.services.apply_activity import apply_activity
from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def update_customer(
    *,
    store: Store,
    customer_id: UUID,
    changes: Mapping[str, Any],
    by: Actor,
    expected_version: int | None = None,
) -> User:
    """This function will change `email`, `full_name` or `is_active` of a customer (public id).

    A new address is to be verified again. Whoever is deactivated is logged out everywhere.

    Raises:
        CustomerNotFound: there is none, or it is a member of staff.
        PersonErased: they are forgotten, and stay so.
        EmailTaken: the store knows somebody else by the new address.
        PreconditionFailed: somebody else has changed the customer since `expected_version`.
    """
    rows = User.objects.customers(store=store).filter(public_id=customer_id)
    locked = rows.select_related("store").locked()
    if not locked:
        raise CustomerNotFound
    customer = locked[0]
    customer.require_known()
    customer.require_version(expected_version)
    happened: list[Any] = [CustomerUpdated(aggregate_id=customer.public_id)]
    happened += _move(customer, changes.get("email", customer.email))
    customer.full_name = changes.get("full_name", customer.full_name)
    was_active, customer.is_active = (
        customer.is_active,
        changes.get("is_active", customer.is_active),
    )
    with refined({"user_email_once_in_store": EmailTaken}):
        customer.save(update_fields=["email", "full_name", "is_active", "email_verified_at"])
    events.publish(*happened, store=store, by=by)
    apply_activity(person=customer, was_active=was_active, by=by)
    return customer


def _move(customer: User, email: str) -> list[EmailVerificationRequested]:
    if email == customer.email:
        return []
    known = User.objects.with_email(store=customer.store, email=email)
    if known is not None and known.pk != customer.pk:
        raise EmailTaken
    customer.email = email
    customer.email_verified_at = None
    return [EmailVerificationRequested(aggregate_id=customer.public_id)]
