"""What may go wrong between a request and its answer."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.stripe_double.errors import Refused

KINDS = frozenset(
    {
        # Nothing is done,
        "reset_before",  # and the connection is reset;
        "hang_before",  # and nobody answers for `seconds`, then the connection is reset;
        "error_before",  # and `status` is answered; `kept` lets an idempotency key remember it;
        "rate_limit",  # and 429 is answered;
        "lock_timeout",  # and 429 is answered: somebody else is at this object (or `status`: 409).
        # All is done,
        "slow",  # after `seconds`; meanwhile the idempotency key is in use;
        "reset_after",  # and the connection is reset;
        "hang_after",  # at once, but answered after `seconds`;
        "error_after",  # and `status` is answered, which an idempotency key remembers if `kept`.
    }
)


@dataclass
class Fault:
    """A fault waiting for its requests.

    `route` names operations (`payment_intents.create`, `refunds.*`, `*`). It spares the first
    `skip` of them and strikes the next `times`, without end when that is 0.

    An error that Stripe itself made in the middle is remembered by the idempotency key like any
    other answer (`kept`); one of a proxy before Stripe is not.
    """

    kind: str
    route: str = "*"
    times: int = 1
    skip: int = 0
    seconds: float = 0
    status: int = 0
    kept: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}; there are {sorted(KINDS)}")

    def error(self) -> Refused:
        """This function will return the error that this fault answers."""
        if self.kind == "rate_limit":
            message = "Request rate limit exceeded."
            return Refused(429, message, code="rate_limit", kept=False)
        if self.kind == "lock_timeout":
            message = (
                "This object cannot be accessed right now because another API request or Stripe "
                "process is currently accessing it. If you see this error intermittently, retry "
                "the request."
            )
            return Refused(self.status or 429, message, code="lock_timeout", kept=False)
        message = "An unknown error occurred"
        return Refused(self.status or 500, message, kind="api_error", kept=self.kept)


class Faults:
    """The faults that wait. Whoever uses it holds the double's lock."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """This function will let a fault wait."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """This function will let everything go well again."""
        self._waiting.clear()

    def take(self, route: str) -> Fault | None:
        """This function will return the fault that strikes this request."""
        for fault in list(self._waiting):
            if not fnmatchcase(route, fault.route):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times == 1:
                self._waiting.remove(fault)
            fault.times -= bool(fault.times)
            return fault
        return None
