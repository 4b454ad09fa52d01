"""What can go wrong when staff work on an order."""

from apps.core.errors import Conflict, PreconditionFailed


class OrderChanged(PreconditionFailed):
    """Somebody, or a payment, was faster than whoever decided by what they saw."""

    def __init__(self, *, state: str) -> None:
        super().__init__(
            f"The order has changed since you opened this page: it is {state} now. Nothing was "
            "done. Look at it again, and decide anew.",
            state=state,
        )


class LetterNotSendable(Conflict):
    """The customer cannot be written to, or not about that."""

    code = "letter_not_sendable"
    title = "This mail cannot be sent again"


class ShippedMeanwhile(Conflict):
    """Who decides about a parcel has to know what has left."""

    code = "shipped_meanwhile"
    title = "Something of the order has left since you opened this page: look at it again"


class MoneyInDoubt(Conflict):
    """Nobody lets several orders ship with one click for which there may be no money."""

    code = "money_in_doubt"
    title = "Its money is in doubt: settle that in the exception inbox"


class FlagChanged(Conflict):
    """What was looked at is not what it is flagged for by now."""

    code = "flag_changed"
    title = "The order is flagged for another reason now"

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"It is flagged: {reason}. Look at it again.", reason=reason)
