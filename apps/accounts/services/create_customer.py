"""Staff make somebody a customer."""

from django.db import transaction

from apps.accounts.errors import EmailTaken
from apps.accounts.events import CustomerRegistered
from apps.accounts.models import User
from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def create_customer(*, store: Store, email: str, full_name: str = "", by: Actor) -> User:
    """This function will make somebody a customer of a store. They choose a password like those who
    have forgotten theirs.

    Raises:
        EmailTaken: the store knows somebody by this address already, or it is an operator's.
    """
    if User.objects.with_email(store=store, email=email) is not None:
        raise EmailTaken
    with refined({"user_email_once_in_store": EmailTaken}):
        customer = User.objects.create_user(store=store, email=email, full_name=full_name)
    events.publish(CustomerRegistered(aggregate_id=customer.public_id), store=store, by=by)
    return customer
