"""The states of a payment and the only ways from one to the next."""

from django.db import models


class PaymentState(models.TextChoices):
    CREATED = "created"  # written down; the gateway may or may not have heard of it
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    CANCELED = "canceled"


_S = PaymentState
# The money is ours, or set aside for us.
HOLDS_MONEY = (_S.AUTHORIZED, _S.CAPTURED)
_ENDS = (_S.FAILED, _S.CANCELED)

# What a gateway says comes in any order. A step that is no edge is old news, and is passed over.
EDGES: dict[str, frozenset[PaymentState]] = {
    _S.CREATED: frozenset({_S.REQUIRES_ACTION, _S.PROCESSING, *HOLDS_MONEY, *_ENDS}),
    # To itself: another secret, another address, another reason why the payer has to act.
    _S.REQUIRES_ACTION: frozenset({_S.REQUIRES_ACTION, _S.PROCESSING, *HOLDS_MONEY, *_ENDS}),
    _S.PROCESSING: frozenset({_S.REQUIRES_ACTION, *HOLDS_MONEY, *_ENDS}),
    _S.AUTHORIZED: frozenset({_S.CAPTURED, *_ENDS}),
    _S.CAPTURED: frozenset(),
    # Given up, and the money came all the same: it is there, and somebody has to deal with it. An
    # authorization that is heard of after its end came before it.
    _S.FAILED: frozenset({_S.CAPTURED}),
    _S.CANCELED: frozenset({_S.CAPTURED}),
}

# At most one payment of an order is in one of these.
LIVE = (_S.CREATED, _S.REQUIRES_ACTION, _S.PROCESSING, _S.AUTHORIZED, _S.CAPTURED)
# The gateway has yet to say how it ends, or may end it without us.
OPEN = (_S.CREATED, _S.REQUIRES_ACTION, _S.PROCESSING, _S.AUTHORIZED)
