"""Starting over."""

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.orders.events import CartEmptied
from apps.orders.holders import CartHolder
from apps.orders.models import CartLine
from apps.orders.queries import CartContents
from apps.orders.services.lock_cart import lock_contents


@retry_conflicts
@transaction.atomic
def empty_cart(*, holder: CartHolder, expected_version: int | None = None) -> CartContents:
    """This function will take everything out of the holder's cart, which stays theirs.

    Raises:
        CartNotFound: a guest's token belongs to no open cart.
        PreconditionFailed: the cart has changed since the version that was expected.
    """
    contents = lock_contents(holder=holder, expected_version=expected_version)
    if contents.cart is None or not contents.lines:
        return contents
    CartLine.objects.filter(cart=contents.cart).delete()
    contents.lines.clear()
    contents.cart.touch()
    events.publish(
        CartEmptied(aggregate_id=contents.cart.public_id), store=holder.store, by=holder.person
    )
    return contents
