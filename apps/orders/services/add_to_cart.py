"""Into the cart."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.orders.errors import CartFull, QuantityTooLarge
from apps.orders.events import CartItemAdded
from apps.orders.holders import CartHolder, new_token
from apps.orders.models import Cart, CartLine
from apps.orders.queries import CartContents, cart_contents, find_variants
from apps.orders.services.lock_cart import lock_or_open_cart
from apps.orders.totals import MOST_LINES, MOST_OF_ONE


@retry_conflicts
@transaction.atomic
def add_to_cart(
    *,
    holder: CartHolder,
    variant: UUID | str,
    quantity: int,
    expected_version: int | None = None,
) -> CartContents:
    """This function will add so many of a variant (public id or SKU) to the holder's cart.

    A guest without a token gets a cart, and its token with the contents. Stock is not promised by
    a cart: it is reserved when the order is placed.

    Raises:
        NotForSale: nobody can buy such a variant here.
        CartNotFound: a guest's token belongs to no open cart.
        CartFull, QuantityTooLarge: there is a limit to everything.
        PreconditionFailed: the cart has changed since the version that was expected.
    """
    wanted = find_variants(store=holder.store, references=[variant])[variant]
    cart, token = _cart_of(holder)
    cart.require_version(expected_version)
    contents = cart_contents(store=holder.store, cart=cart, token=token)
    line = next((line for line in contents.lines if line.variant_id == wanted.pk), None)
    if line is None:
        if len(contents.lines) >= MOST_LINES:
            raise CartFull(most=MOST_LINES)
        line = CartLine(cart=cart, variant=wanted, quantity=0)
        contents.lines.append(line)
    line.quantity += quantity
    if line.quantity > MOST_OF_ONE:
        raise QuantityTooLarge(most=MOST_OF_ONE)
    line.save()
    cart.touch()
    events.publish(
        CartItemAdded(aggregate_id=cart.public_id, variant_id=wanted.public_id, quantity=quantity),
        store=holder.store,
        by=holder.person,
    )
    return contents


def _cart_of(holder: CartHolder) -> tuple[Cart, str | None]:
    if holder.person is not None or holder.token:
        return lock_or_open_cart(holder=holder), None
    guest = replace(holder, token=new_token())
    return Cart.objects.create(store=guest.store, token_hash=guest.token_hash), guest.token
