"""Why staff should look at an order."""

from django.db import models


class Attention(models.TextChoices):
    """The reasons there are. What exactly was odd stands with the payment or the refund."""

    PAYMENT_HELD = "payment_held"
    AUTHORIZATION_LOST = "authorization_lost"
    REFUNDED_AT_GATEWAY = "refunded_at_gateway"
    REFUND_FAILED = "refund_failed"
    REFUND_CAME_BACK = "refund_came_back"


# As long as staff have not looked, nothing leaves: there may be no money for it.
MONEY_IN_DOUBT = frozenset({Attention.PAYMENT_HELD, Attention.AUTHORIZATION_LOST})
