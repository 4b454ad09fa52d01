from django.db import models
from django.db.models import Q

from apps.core.encrypted_fields import EncryptedLineField
from apps.core.models import Record
from apps.orders.models.order import Order
from apps.orders.transitions import KEPT_EDGES, OrderState


class OrderTransition(Record):
    """One step in the life of an order. Append-only: a trigger refuses updates and deletes."""

    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="transitions", db_index=False
    )
    from_state = models.CharField(max_length=10, choices=OrderState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=OrderState.choices)
    actor = models.CharField(max_length=100)
    reason = EncryptedLineField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[
                        Q(from_state=before, to_state__in=sorted(after))
                        for before, after in KEPT_EDGES.items()
                        if after
                    ],
                    _connector=Q.OR,
                ),
                name="transition_is_an_edge",
            ),
            # No state is ever entered again, so two steps from one state mean that two acts raced.
            models.UniqueConstraint(
                fields=["order", "from_state"], name="order_leaves_a_state_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state or 'nothing'} → {self.to_state}"

    @property
    def role(self) -> str:
        """Who did it, as far as the customer needs to know."""
        return self.order.role_of(self.actor)
