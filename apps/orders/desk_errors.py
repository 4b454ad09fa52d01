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
