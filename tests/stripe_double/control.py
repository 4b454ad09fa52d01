"""The knobs over HTTP, for those who run the double in a process of its own.

`POST /_double/<name>` with a JSON object of its arguments does what the method of that name does;
`GET /_double/<name>?…` asks. Nothing here belongs to Stripe.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.stripe_double.answers import Answer, Request, as_json
from tests.stripe_double.errors import Refused

if TYPE_CHECKING:
    from tests.stripe_double.double import StripeDouble

Act = Callable[..., Any]


def control(double: "StripeDouble", request: Request) -> Answer:
    """This function will turn a knob, or say what the books say."""
    name = request.path.removeprefix("/_double/")
    act = (_knobs if request.method == "POST" else _views)(double).get(name)
    if act is None:
        return as_json(404, {"error": f"no such knob: {name}"})
    try:
        return as_json(200, act(**_arguments(request)))
    except (KeyError, TypeError, ValueError, IndexError, Refused) as wrong:
        return as_json(400, {"error": repr(wrong)})


def _arguments(request: Request) -> dict[str, Any]:
    if request.method == "POST":
        return json.loads(request.body or b"{}")
    return dict(parse_qsl(request.query))


def _knobs(double: "StripeDouble") -> dict[str, Act]:
    return {
        "pay": double.pay,
        "authenticate": double.authenticate,
        "settle": double.settle,
        "settle_refund": double.settle_refund,
        "answer_refunds_with": double.answer_refunds_with,
        "fault": double.fault,
        "clear_faults": double.clear_faults,
        "forget_keys": double.forget_keys,
        "open_account": double.open_account,
        "send_again": double.send_again,
        "forge": double.forge,
        "endpoint": lambda **to: _endpoint(double, **to),
        "webhooks": double.webhooks.turn,
        "release": double.webhooks.release,
        "wait_until_quiet": double.webhooks.wait_until_quiet,
    }


def _endpoint(
    double: "StripeDouble",
    url: str | None,
    secrets: list[str] | None = None,
    headers: dict[str, str] | None = None,
) -> None:
    double.webhooks.url = url
    double.webhooks.headers = headers or {}
    if secrets:
        double.webhooks.secrets = tuple(secrets)


def _views(double: "StripeDouble") -> dict[str, Act]:
    return {
        "movements": lambda **which: [asdict(one) for one in double.movements(**which)],
        "totals": lambda **which: {
            "captured": double.captured_total(**which),
            "refunded": double.refunded_total(**which),
        },
        "executions": lambda key: {"executions": double.executions(key)},
        "requests": lambda: [asdict(one) for one in double.requests],
        "deliveries": lambda: [asdict(one) for one in double.deliveries],
        "events": double.events,
        "intent": double.intent,
    }
