"""What happened to the money: the books of one account, and what an oracle asks of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stripe_double.errors import no_such
from tests.stripe_double.events import EventLog
from tests.stripe_double.payment_methods import PaymentMethod, find_payment_method
from tests.stripe_double.records import Charge, Intent, Refund
from tests.stripe_double.rendering import render


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One movement of money, in minor units.

    `kind` is authorized, captured, released, refunded, or refund_failed: what a failed refund
    brought back. `idempotency_key` is that of the request that caused it.
    """

    kind: str
    intent: str
    charge: str
    amount: int
    currency: str
    refund: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str = ""
    at: float = field(default_factory=time.time)


class Ledger:
    """Intents, charges, refunds, and every movement of money between them.

    Whoever changes it holds the double's lock. `request` is what is being answered right now; what
    the shopper or the bank does is nobody's request.
    """

    def __init__(self, hand_over: Callable[[dict[str, Any]], None]) -> None:
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self.methods: dict[str, PaymentMethod] = {}
        self.movements: list[Movement] = []
        self.events = EventLog(hand_over)
        self.refund_outcome = "succeeded"
        self.request: dict[str, Any] = {"id": None, "idempotency_key": None}
        self.url = ""

    def intent(self, name: str, **where: Any) -> Intent:
        """This function will return an intent by its name."""
        return self._found(self.intents, name, "payment_intent", **where)

    def charge(self, name: str, **where: Any) -> Charge:
        """This function will return a charge by its name."""
        return self._found(self.charges, name, "charge", **where)

    def refund(self, name: str, **where: Any) -> Refund:
        """This function will return a refund by its name."""
        return self._found(self.refunds, name, "refund", **where)

    def method(self, name: str) -> PaymentMethod:
        """This function will return a payment method by its name or its test token."""
        return find_payment_method(self.methods, name)

    @staticmethod
    def _found(shelf: Mapping[str, Any], name: str, noun: str, **where: Any) -> Any:
        if name not in shelf:
            raise no_such(noun, name, **({"param": "id"} | where))
        return shelf[name]

    def tell(self, kind: str, record: Any, before: dict[str, Any] | None = None) -> None:
        """This function will announce what has become of a record."""
        self.events.tell(kind, render(record), request=dict(self.request), before=before)

    def move(self, kind: str, charge: Charge, amount: int, refund: Refund | None = None) -> None:
        """This function will write down that money moved."""
        self.movements.append(
            Movement(
                kind=kind,
                intent=charge.intent.id,
                charge=charge.id,
                refund=refund.id if refund else "",
                amount=amount,
                currency=charge.intent.currency,
                metadata=dict(refund.metadata if refund else charge.intent.metadata),
                idempotency_key=self.request["idempotency_key"] or "",
            )
        )

    def moved(
        self, *kinds: str, intent: str = "", currency: str = "", **metadata: str
    ) -> list[Movement]:
        """This function will return the movements of these kinds, of this intent or metadata."""
        return [
            movement
            for movement in self.movements
            if (not kinds or movement.kind in kinds)
            and intent in {"", movement.intent}
            and currency in {"", movement.currency}
            and metadata.items() <= self._said_of(movement).items()
        ]

    def _said_of(self, movement: Movement) -> dict[str, str]:
        # A refund is also found by what its payment says.
        return {**self.intents[movement.intent].metadata, **movement.metadata}

    def captured_total(self, **which: str) -> int:
        """This function will return the sum that was taken, in minor units."""
        return sum(movement.amount for movement in self.moved("captured", **which))

    def refunded_total(self, **which: str) -> int:
        """This function will return the sum that was given back, in minor units."""
        given = sum(movement.amount for movement in self.moved("refunded", **which))
        return given - sum(movement.amount for movement in self.moved("refund_failed", **which))
