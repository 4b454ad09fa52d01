"""One cart out of two."""

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.events import CartMerged
from apps.orders.models import Cart, CartLine
from apps.orders.totals import MOST_LINES, MOST_OF_ONE


@requires_transaction
def merge_carts(*, guest: Cart, into: Cart, by: Actor) -> None:
    """This function will add what is in a guest's cart to a person's; both are locked.

    Quantities of one variant are added, up to the most a line holds; lines above the most a cart
    holds are left behind. The guest's cart keeps its lines and is never used again.
    """
    lines = {line.variant_id: line for line in CartLine.objects.filter(cart=into)}
    for line in CartLine.objects.filter(cart=guest).order_by("pk"):
        if (own := lines.get(line.variant_id)) is not None:
            own.quantity = min(own.quantity + line.quantity, MOST_OF_ONE)
        elif len(lines) < MOST_LINES:
            lines[line.variant_id] = CartLine(
                cart=into, variant_id=line.variant_id, quantity=line.quantity
            )
    CartLine.objects.bulk_create(
        lines.values(),
        update_conflicts=True,
        unique_fields=["cart", "variant"],
        update_fields=["quantity"],
    )
    guest.close(Cart.State.MERGED)
    into.touch()
    events.publish(
        CartMerged(aggregate_id=into.public_id, guest_cart_id=guest.public_id),
        store=into.store,
        by=by,
    )
