"""Having a cart to oneself."""

from contextlib import suppress
from dataclasses import replace

from apps.core.constraints import refined
from apps.core.transactions import requires_transaction
from apps.orders.errors import CartBusy, CartNotFound
from apps.orders.holders import CartHolder
from apps.orders.models import Cart
from apps.orders.queries import CartContents, cart_contents
from apps.orders.services.merge_carts import merge_carts

_ATTEMPTS = 3


@requires_transaction
def lock_cart(*, holder: CartHolder) -> Cart | None:
    """This function will lock the holder's open cart and return it, `None` while there is none.

    An open cart of a guest that a person brings along is merged into the person's first. Both are
    locked in one query, so several requests of one log-in merge it once.

    Raises:
        CartNotFound: a guest's token belongs to no open cart.
    """
    carts = Cart.objects.held_by(holder).locked()
    own = next((cart for cart in carts if cart.owner_id is not None), None)
    guest = next((cart for cart in carts if cart.owner_id is None), None)
    if holder.person is None:
        if holder.token and guest is None:
            raise CartNotFound
        return guest
    if guest is not None:
        own = own or _open_cart(holder)
        merge_carts(guest=guest, into=own, by=holder.person)
    return own


@requires_transaction
def lock_or_open_cart(*, holder: CartHolder) -> Cart:
    """This function will lock the open cart of a holder we know, and open one if need be.

    Raises:
        CartNotFound: a guest's token belongs to no open cart.
    """
    return lock_cart(holder=holder) or _open_cart(holder)


@requires_transaction
def lock_contents(*, holder: CartHolder, expected_version: int | None) -> CartContents:
    """This function will lock the holder's open cart and read what is in it.

    Raises:
        CartNotFound: a guest's token belongs to no open cart.
        PreconditionFailed: the cart has changed since the version that was expected.
    """
    cart = lock_cart(holder=holder)
    if cart is None:
        return CartContents(store=holder.store, cart=None, lines=[])
    cart.require_version(expected_version)
    return cart_contents(store=holder.store, cart=cart)


def _open_cart(holder: CartHolder) -> Cart:
    """The person's first cart: of all who open it at once one does, and the others wait for it."""
    alone = replace(holder, token="")
    for _ in range(_ATTEMPTS):
        with suppress(CartBusy), refined({"one_open_cart_for_each_owner": CartBusy}):
            return Cart.objects.create(store=holder.store, owner=holder.person)
        for cart in Cart.objects.held_by(alone).locked():
            return cart
    raise CartBusy
