from typing import Self

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.core.models import VersionedRecord
from apps.orders.holders import CartHolder
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class CartQuerySet(StoreScopedQuerySet["Cart"]):
    def held_by(self, holder: CartHolder) -> Self:
        """This function will keep the holder's open carts: the person's, the guest's."""
        held = Q(pk__in=[])
        if holder.person is not None:
            held |= Q(owner=holder.person)
        if holder.token:
            held |= Q(token_hash=holder.token_hash)
        return self.for_store(holder.store).filter(held, state=Cart.State.OPEN)


class Cart(StoreOwned, VersionedRecord):
    """What somebody means to buy. Its version counts up with every change of its lines.

    It remembers variants and quantities only: prices are read anew each time.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ORDERED = "ordered"
        MERGED = "merged"

    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, null=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    objects = CartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "owner"],
                condition=Q(state="open"),
                name="one_open_cart_for_each_owner",
            ),
            models.UniqueConstraint(fields=["token_hash"], name="cart_token_once"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, token_hash__isnull=True)
                | Q(owner__isnull=True, token_hash__isnull=False),
                name="cart_has_owner_or_token",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "merged"]) | Q(state="ordered", owner__isnull=False),
                name="cart_is_ordered_by_its_owner",
            ),
        ]
        indexes = [models.Index(fields=["store", "created_at"], name="cart_by_store_and_time")]

    def __str__(self) -> str:
        return str(self.public_id)

    def touch(self) -> None:
        """This function will count the version up because the lines have changed."""
        self.save(update_fields=[])

    def close(self, state: State) -> None:
        """This function will end the cart: it was ordered, or merged into another one."""
        self.state = state
        self.save(update_fields=["state"])
