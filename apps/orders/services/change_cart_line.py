"""Another quantity."""

from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.orders.events import CartItemChanged
from apps.orders.holders import CartHolder
from apps.orders.queries import CartContents
from apps.orders.services.lock_cart import lock_contents


@retry_conflicts
@transaction.atomic
def change_cart_line(
    *, holder: CartHolder, line_id: UUID, quantity: int, expected_version: int | None = None
) -> CartContents:
    """This function will set how many of a variant a line (public id) of the cart holds.

    Raises:
        CartLineNotFound, CartNotFound: there is no such line in the holder's cart.
        PreconditionFailed: the cart has changed since the version that was expected.
    """
    contents = lock_contents(holder=holder, expected_version=expected_version)
    line = contents.line(line_id)
    line.quantity = quantity
    line.save(update_fields=["quantity"])
    line.cart.touch()
    events.publish(
        CartItemChanged(
            aggregate_id=line.cart.public_id,
            variant_id=line.variant.public_id,
            quantity=quantity,
        ),
        store=holder.store,
        by=holder.person,
    )
    return contents
