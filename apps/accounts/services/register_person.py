"""Becoming a customer."""

from django.db import transaction

from apps.accounts.errors import EmailTaken
from apps.accounts.events import CustomerRegistered
from apps.accounts.models import User
from apps.core.constraints import refined
from apps.events import services as events
from apps.stores.models import Store


@transaction.atomic
def register_person(*, store: Store, email: str, password: str, full_name: str = "") -> User:
    """This function will make somebody a customer of a store, by their own act.

    Raises:
        EmailTaken: the store knows somebody by this address already, or it is an operator's.
    """
    if User.objects.with_email(store=store, email=email) is not None:
        raise EmailTaken
    with refined({"user_email_once_in_store": EmailTaken}):
        person = User.objects.create_user(
            store=store, email=email, password=password, full_name=full_name
        )
    events.publish(CustomerRegistered(aggregate_id=person.public_id), store=store, by=person)
    return person
