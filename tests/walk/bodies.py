"""A valid body for each operation: made from its schema, and by hand where that says too little."""

import itertools
import re
from typing import Any

from tests.walk.operations import Operation, resolved
from tests.walk.world import PASSWORD

Things = dict[str, str]
Body = dict[str, Any]

_count = itertools.count()
_MONEY = {"amount": "10.00", "currency": "EUR"}
_ADDRESS = {"full_name": "Ada Lovelace", "street": "12 St James's Square", "city": "London"}

# Values of fields whose type alone does not tell what they may hold.
_VALUES: dict[str, Any] = {
    "country": "GB",
    "expected_on_hand": 10,
    "gateway": "simulated",
    "password": PASSWORD,
    "quantity": 1,
    "rating": "4.5",
    "source_url": "https://pictures.example/lamp.jpg",
}


def _order(things: Things) -> Body:
    address = _ADDRESS | {"country": "GB"}
    return {"lines": [{"sku": things["sku"], "quantity": 1}], "shipping_address": address}


def _refresh(things: Things) -> Body:
    return {"refresh": things["refresh"]}


# What must be one of several fields, or what is worth sending where nothing must be.
_BODIES = {
    "PATCH /addresses/{id}": lambda _: {"city": "Leeds"},
    "POST /admin/exports": lambda _: {"kind": "stock"},
    "POST /auth/email/verify": lambda things: {"token": things["verification"]},
    "POST /auth/logout": _refresh,
    "POST /auth/password/change": lambda _: {
        "present_password": PASSWORD,
        "password": "another horse, another battery",
    },
    "POST /auth/password/forgot": lambda things: {"email": things["email"]},
    "POST /auth/password/reset": lambda things: {
        "token": things["reset"],
        "password": "another horse, another battery",
    },
    "POST /auth/register": lambda _: {
        "email": f"new-{next(_count)}@example.com",
        "password": PASSWORD,
    },
    "POST /auth/token": lambda things: {"username": things["email"], "password": PASSWORD},
    "POST /auth/token/refresh": _refresh,
    "POST /cart/items": lambda things: {"sku": things["sku"]},
    "PATCH /cart/items/{line_id}": lambda _: {"quantity": 2},
    "PATCH /categories/{id}": lambda _: {"name": "Lamps"},
    "POST /customers": lambda _: {"email": f"new-{next(_count)}@example.com"},
    "PATCH /customers/{id}": lambda _: {"full_name": "Ada King"},
    "PATCH /me": lambda _: {"full_name": "Ada King"},
    "POST /orders": _order,
    "PATCH /orders/{id}": lambda _: {"customer_note": "Ring twice."},
    "POST /orders/{id}/cancel": lambda _: {"reason": "Found it."},
    "POST /orders/{id}/shipments": lambda things: {
        "lines": [{"line_id": things["order_line"], "quantity": 1}]
    },
    "POST /payments/{payment_id}/refunds": lambda _: {"reason": "Broken."},
    "POST /reviews": lambda things: {"product": things["product"], "rating": "4.5"},
    "PATCH /reviews/{id}": lambda _: {"rating": "2.5"},
    "POST /reviews/{id}/hide": lambda _: {"reason": "It is about another product."},
    "POST /wishlist": lambda things: {"product": things["product"]},
    "POST /products/{product}/variants": lambda _: {
        "sku": f"NEW-{next(_count)}",
        "price": _MONEY,
        "option_values": ["L"],
    },
    "PATCH /products/{id}": lambda _: {"title": "A lamp"},
    "PATCH /products/{product}/images/{id}": lambda _: {"alt": "A lamp"},
    "PATCH /products/{product}/variants/{id}": lambda _: {"title": "Brass"},
}

# Gateways write what they like, and sign it: apps/payments/tests/api/test_webhooks.py.
SIGNED = "POST /payments/webhooks/{gateway}"


def body_of(operation: Operation, things: Things) -> Body | None:
    """This function will make the smallest body that an operation takes; `None` if it has none.

    Raises:
        LookupError: the schema does not say enough; write one above.
    """
    if "application/json" not in operation.bodies or str(operation) == SIGNED:
        return None
    if made := _BODIES.get(str(operation)):
        return made(things)
    described = operation.bodies["application/json"]
    if operation.method == "PATCH" or "required" not in described:
        raise LookupError(f"what is worth sending to {operation}?")
    return _filled(described, things)


def _filled(described: dict[str, Any], things: Things) -> Body:
    properties = described["properties"]
    return {name: _value(name, properties[name], things) for name in described["required"]}


def _value(name: str, described: dict[str, Any], things: Things) -> Any:
    shape = resolved(described)
    if name in _VALUES:
        return _VALUES[name]
    if "amount" in shape.get("properties", {}):
        return _MONEY
    if shape.get("type") == "object":
        return _filled(shape, things)
    if shape.get("type") == "array":
        return [_value(name, shape["items"], things)]
    return _plain_value(name, shape)


def _plain_value(name: str, shape: dict[str, Any]) -> Any:
    text = f"{name}-{next(_count)}"
    match shape:
        case {"type": "integer"}:
            return shape.get("minimum", 1)
        case {"type": "boolean"}:
            return True
        case {"enum": choices}:
            return choices[0]
        case {"type": "string"} if "format" not in shape:
            if re.search(shape.get("pattern", ""), text):
                return text
    raise LookupError(f"no value is known for a {name}: {shape}")
