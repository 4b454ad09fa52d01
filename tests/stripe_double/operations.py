"""What the double can be asked for: each path, its parameters, and what it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.stripe_double import listings, payment_intents, refunds, shapes
from tests.stripe_double.parameters import Shape
from tests.stripe_double.records import Charge, Intent, Refund
from tests.stripe_double.rendering import check_expansion


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked for. `name` is what faults are addressed to."""

    endpoint: str
    name: str
    shape: Shape
    run: Callable[..., Any]

    def names_in(self, asked: str) -> tuple[str, ...] | None:
        """This function will return the names of objects in a path, if it leads here."""
        found = re.fullmatch(self.endpoint.replace("{id}", "([^/]+)"), asked)
        return found.groups() if found else None

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """This function will return the parameters as values.

        Raises:
            Refused: they are not what Stripe takes.
        """
        params = self.shape.read(given)
        check_expansion(_SHOWN[self.name.partition(".")[0]], params.get("expand", ()))
        return params


_SHOWN = {"payment_intents": Intent, "refunds": Refund, "charges": Charge, "events": dict}

OPERATIONS = tuple(
    Operation(*row)
    for row in (
        (
            "POST /v1/payment_intents",
            "payment_intents.create",
            shapes.CREATE,
            payment_intents.create,
        ),
        ("GET /v1/payment_intents", "payment_intents.list", shapes.LIST, listings.payment_intents),
        (
            "GET /v1/payment_intents/search",
            "payment_intents.search",
            shapes.SEARCH,
            listings.search_payment_intents,
        ),
        (
            "GET /v1/payment_intents/{id}",
            "payment_intents.retrieve",
            shapes.RETRIEVE,
            payment_intents.retrieve,
        ),
        (
            "POST /v1/payment_intents/{id}",
            "payment_intents.update",
            shapes.UPDATE,
            payment_intents.update,
        ),
        (
            "POST /v1/payment_intents/{id}/confirm",
            "payment_intents.confirm",
            shapes.CONFIRM,
            payment_intents.confirm,
        ),
        (
            "POST /v1/payment_intents/{id}/capture",
            "payment_intents.capture",
            shapes.CAPTURE,
            payment_intents.capture,
        ),
        (
            "POST /v1/payment_intents/{id}/cancel",
            "payment_intents.cancel",
            shapes.CANCEL,
            payment_intents.cancel,
        ),
        ("POST /v1/refunds", "refunds.create", shapes.REFUND, refunds.create),
        ("GET /v1/refunds", "refunds.list", shapes.REFUNDS, listings.refunds),
        ("GET /v1/refunds/{id}", "refunds.retrieve", shapes.ONE, refunds.retrieve),
        ("POST /v1/refunds/{id}", "refunds.update", shapes.REFUND_UPDATE, refunds.update),
        ("GET /v1/charges", "charges.list", shapes.CHARGES, listings.charges),
        ("GET /v1/charges/{id}", "charges.retrieve", shapes.ONE, listings.charge),
        ("GET /v1/events", "events.list", shapes.EVENTS, listings.events),
        ("GET /v1/events/{id}", "events.retrieve", shapes.ONE, listings.event),
    )
)


def find_operation(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """This function will return what a request asks for, and of which objects."""
    for operation in OPERATIONS:
        names = operation.names_in(f"{method} {path}")
        if names is not None:
            return operation, names
    return None
