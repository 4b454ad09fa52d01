"""What a guest has collected, after logging in."""

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.orders.holders import CartHolder
from apps.orders.services.lock_cart import lock_cart


@retry_conflicts
@transaction.atomic
def merge_guest_cart(*, holder: CartHolder) -> None:
    """This function will merge the guest's cart that a person brings along, if one is still open.

    Every other use case on a cart does so too; this one is for those who only look.
    """
    if holder.person is not None and holder.token:
        lock_cart(holder=holder)
