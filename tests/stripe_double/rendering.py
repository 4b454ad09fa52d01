"""Records as JSON, the way Stripe shows them, with `expand`."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.stripe_double.errors import wrong_parameter
from tests.stripe_double.payment_methods import PaymentMethod
from tests.stripe_double.records import Charge, Intent, Refund

Json = dict[str, Any]


def render(record: Any, paths: Iterable[str] = ()) -> Json:
    """This function will return a record as Stripe shows it, the named fields expanded."""
    if isinstance(record, dict):
        return record
    shown = _SHOWN[type(record)](record)
    for field, deeper in _grouped(paths).items():
        _, reach = _EXPANDABLE[type(record), field]
        target = reach(record)
        if isinstance(target, list):
            shown[field] = _refund_list(record, deeper)
        elif target is not None:
            shown[field] = render(target, deeper)
    return shown


def check_expansion(kind: type, paths: Iterable[str]) -> None:
    """This function will refuse to expand what cannot be, before anything is done.

    Raises:
        Refused: one of the paths leads nowhere.
    """
    for path in paths:
        reached: type | None = kind
        for field in path.removeprefix("data.").replace(".data.", ".").split("."):
            if reached is None or (reached, field) not in _EXPANDABLE:
                raise wrong_parameter(f"This property cannot be expanded ({path}).", "expand")
            reached, _ = _EXPANDABLE[reached, field]


def _grouped(paths: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in paths:
        field, _, deeper = path.partition(".")
        groups.setdefault(field, []).extend([deeper] if deeper else [])
    return groups


def _intent(intent: Intent) -> Json:
    charge = intent.latest_charge
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable,
        "amount_details": {"tip": {}},
        "amount_received": intent.amount_received,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": intent.automatic,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": None,
        "last_payment_error": intent.last_payment_error,
        "latest_charge": charge.id if charge else None,
        "livemode": False,
        "metadata": dict(intent.metadata),
        "next_action": intent.next_action,
        "on_behalf_of": None,
        "payment_method": intent.payment_method.id if intent.payment_method else None,
        "payment_method_options": {},
        "payment_method_types": list(intent.method_types),
        "processing": None,
        "review": None,
        "setup_future_usage": None,
        "source": None,
        "status": intent.status,
        "transfer_data": None,
        **{name: intent.details.get(name) for name in INTENT_DETAILS},
    }


INTENT_DETAILS = (
    "description",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def _charge(charge: Charge) -> Json:
    failure = charge.failure or {}
    taken = charge.status == "succeeded"
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.intent.amount,
        "amount_captured": charge.amount_captured,
        "amount_refunded": charge.amount_refunded,
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        "captured": charge.captured,
        "created": charge.created,
        "currency": charge.intent.currency,
        "customer": None,
        "description": charge.intent.details.get("description"),
        "disputed": False,
        "failure_code": failure.get("code"),
        "failure_message": failure.get("message"),
        "livemode": False,
        "metadata": dict(charge.metadata),
        "outcome": _outcome(charge),
        "paid": taken,
        "payment_intent": charge.intent.id,
        "payment_method": charge.method.id,
        "payment_method_details": _method_details(charge.method),
        "receipt_email": charge.intent.details.get("receipt_email"),
        "refunded": taken and charge.amount_refunded >= charge.intent.amount,
        "status": charge.status,
    }


def _outcome(charge: Charge) -> Json:
    if charge.status != "failed":
        return {"network_status": "approved_by_network", "reason": None, "type": "authorized"}
    reason = (charge.failure or {}).get("decline_code")
    return {"network_status": "declined_by_network", "reason": reason, "type": "issuer_declined"}


def _method_details(method: PaymentMethod) -> Json:
    behaviour = method.behaviour
    details = {"last4": behaviour.last4}
    if behaviour.type == "card":
        details |= {"brand": behaviour.brand, "funding": "credit", "country": "US"}
    return {"type": behaviour.type, behaviour.type: details}


def _payment_method(method: PaymentMethod) -> Json:
    return {
        "id": method.id,
        "object": "payment_method",
        "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        "customer": None,
        "livemode": False,
        "metadata": {},
        **_method_details(method),
    }


def _refund(refund: Refund) -> Json:
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": None,
        "charge": refund.charge.id,
        "created": refund.created,
        "currency": refund.charge.intent.currency,
        "metadata": dict(refund.metadata),
        "payment_intent": refund.charge.intent.id,
        "reason": refund.reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": refund.status,
        "transfer_reversal": None,
        # Stripe leaves these out unless they say something.
        **({"failure_reason": refund.failure_reason} if refund.failure_reason else {}),
        **({"pending_reason": "processing"} if refund.status == "pending" else {}),
    }


def _refund_list(charge: Charge, paths: Iterable[str]) -> Json:
    deeper = [path.removeprefix("data.") for path in paths]
    return {
        "object": "list",
        "data": [render(refund, deeper) for refund in reversed(charge.refunds)],
        "has_more": False,
        "url": f"/v1/charges/{charge.id}/refunds",
    }


_SHOWN: dict[type, Callable[[Any], Json]] = {
    Intent: _intent,
    Charge: _charge,
    Refund: _refund,
    PaymentMethod: _payment_method,
}

# What a field leads to, and how to get there. Some of it is never there in this double.
_EXPANDABLE: dict[tuple[type, str], tuple[type | None, Callable[[Any], Any]]] = {
    (Intent, "latest_charge"): (Charge, lambda intent: intent.latest_charge),
    (Intent, "payment_method"): (PaymentMethod, lambda intent: intent.payment_method),
    (Intent, "customer"): (None, lambda _: None),
    (Charge, "payment_intent"): (Intent, lambda charge: charge.intent),
    (Charge, "refunds"): (Refund, lambda charge: charge.refunds),
    (Charge, "balance_transaction"): (None, lambda _: None),
    (Refund, "charge"): (Charge, lambda refund: refund.charge),
    (Refund, "payment_intent"): (Intent, lambda refund: refund.charge.intent),
    (Refund, "balance_transaction"): (None, lambda _: None),
}
