from apps.core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed, Unavailable
from apps.core.money import Money


class UnknownGateway(NotFound):
    """No gateway of this name is set up."""

    code = "unknown_gateway"
    title = "This payment gateway is not offered"


class UnknownPaymentMethod(Invalid):
    """The gateway has no such payment method."""

    code = "unknown_payment_method"
    title = "The gateway does not know this payment method"


class PaymentInProgress(Conflict):
    """The order has a payment that is not settled, and gets no second one."""

    code = "payment_in_progress"
    title = "Another payment for this order is in progress"

    def __init__(self) -> None:
        super().__init__("Repeat that one with its own key, or ask how the order's payments stand.")


class TooManyPaymentAttempts(Conflict):
    """Whoever tries out cards does it with one order after the other, not with one for ever."""

    code = "too_many_payment_attempts"
    title = "This order was tried to be paid too often"

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"{limit} times at most: cancel it and order again.", limit=limit)


class PaymentNotRefundable(Conflict):
    """Only money that was received can be given back."""

    code = "payment_not_refundable"
    title = "This payment cannot be refunded"

    def __init__(self, *, state: str) -> None:
        super().__init__(f"The payment is {state}.", state=state)


class RefundTooLarge(Conflict):
    """More was asked back than is left of the payment."""

    code = "refund_too_large"
    title = "The refund is above what remains of the payment"

    def __init__(self, *, remaining: Money) -> None:
        super().__init__(f"{remaining} can still be refunded.", remaining=remaining.as_json())


class RefundCurrencyMismatch(Invalid):
    """A payment is refunded in the currency it was made in."""

    code = "refund_currency_mismatch"
    title = "The payment was made in another currency"


class GatewayUnavailable(Unavailable):
    """The gateway did not answer: whether it acted is not known until it is asked again."""

    code = "gateway_unavailable"
    title = "The payment gateway does not answer"

    def __init__(self) -> None:
        super().__init__("Whether it acted is not known yet: ask again with the same key.")

    @property
    def in_words(self) -> str:
        """Why, for people, who have no key."""
        return f"{self.title}. Whether it acted is not known yet; it is asked again by itself."


class ChargeNotFound(NotFound):
    """The gateway knows nothing of this charge or refund."""

    code = "charge_not_found"
    title = "The gateway has no such charge"


class WebhookRefused(Invalid):
    """Whoever sent it has not shown that they are the gateway."""

    status = 400
    code = "webhook_refused"
    title = "The webhook is not from the gateway"


class RefundRefused(Conflict):
    """The gateway does not give the money back."""

    code = "refund_refused"
    title = "The gateway refused the refund"

    def __init__(self, *, failure_code: str) -> None:
        super().__init__(f"The gateway says {failure_code}.", failure_code=failure_code)


class PaymentNotHeld(Conflict):
    """Only what was held for staff is resolved by them."""

    code = "payment_not_held"
    title = "This payment is not held"


class PaymentChanged(PreconditionFailed):
    """Money came or went since whoever decides looked at a payment."""

    def __init__(self, *, remaining: Money) -> None:
        super().__init__(
            f"The payment has changed since you opened this page: {remaining} can be refunded "
            "now. Nothing was done. Look at it again, and decide anew.",
            remaining=remaining.as_json(),
        )


class NothingToCapture(Conflict):
    """No money is set aside for the order, or not any more."""

    code = "nothing_to_capture"
    title = "The order has no authorized payment to capture"


class NothingToSettle(Conflict):
    """It did not fail, or somebody has dealt with it before."""

    code = "nothing_to_settle"
    title = "This is settled already"


class OperatorsOnly(Forbidden):
    """What nobody knows the shop of is not one shop's to wave through."""

    code = "operators_only"
    title = "It belongs to no shop as far as is known: an operator decides about it"


class NotSettled(Conflict):
    """The gateway was asked, and it is as odd as before."""

    code = "not_settled"
    title = "The gateway was asked, and that does not settle it"
