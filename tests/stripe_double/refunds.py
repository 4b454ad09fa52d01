"""Refunds: never more than was captured. https://docs.stripe.com/api/refunds"""

from decimal import Decimal
from typing import Any

from tests.stripe_double.errors import Refused, wrong_parameter
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.records import Charge, Refund

Params = dict[str, Any]

WITHOUT_CENTS = {"jpy", "krw", "vnd", "clp"}


def create(ledger: Ledger, params: Params) -> Refund:
    """This function will give money back, by default all that is left."""
    charge = _charge(ledger, params)
    left = charge.refundable
    if left == 0:
        message = f"Charge {charge.id} has already been refunded."
        raise Refused(400, message, code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount > left:
        asked, currency = _shown(amount, charge), _shown(left, charge)
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge "
        raise Refused(400, f"{message}({currency})", param="amount")
    refund = Refund(
        charge,
        amount,
        _outcome(ledger, charge),
        metadata={name: value for name, value in params.get("metadata", {}).items() if value},
        reason=params.get("reason"),
    )
    _book(ledger, refund)
    return refund


def _charge(ledger: Ledger, params: Params) -> Charge:
    if ("charge" in params) == ("payment_intent" in params):
        message = "One of the following params should be provided for this request: payment_intent "
        raise wrong_parameter(f"{message}or charge.", "payment_intent", "parameter_missing")
    charge: Charge | None
    if "charge" in params:
        charge = ledger.charge(params["charge"], param="charge", status=400)
        intent = charge.intent
    else:
        intent = ledger.intent(params["payment_intent"], param="payment_intent", status=400)
        charge = intent.latest_charge
    if charge is None or not charge.captured:
        message = f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
        raise Refused(400, message, param="payment_intent")
    return charge


def _outcome(ledger: Ledger, charge: Charge) -> str:
    if ledger.refund_outcome != "succeeded":
        return ledger.refund_outcome
    return charge.method.behaviour.refunds


def _book(ledger: Ledger, refund: Refund) -> None:
    charge = refund.charge
    charge.refunds.append(refund)
    ledger.refunds[refund.id] = refund
    ledger.tell("refund.created", refund)
    if refund.status == "failed":
        refund.failure_reason = "declined"
        ledger.tell("refund.failed", refund)
        return
    ledger.move("refunded", charge, refund.amount, refund)
    ledger.tell("charge.refunded", charge)


def _shown(amount: int, charge: Charge) -> str:
    currency = charge.intent.currency
    digits = 0 if currency in WITHOUT_CENTS else 2
    return f"{Decimal(amount).scaleb(-digits):.{digits}f} {currency.upper()}"


def retrieve(ledger: Ledger, _params: Params, name: str) -> Refund:
    """This function will show a refund."""
    return ledger.refund(name, param="refund")


def update(ledger: Ledger, params: Params, name: str) -> Refund:
    """This function will change the metadata of a refund."""
    refund = ledger.refund(name, param="refund")
    new = params.get("metadata", {})
    merged = {} if "" in new else refund.metadata | new
    refund.metadata = {key: value for key, value in merged.items() if value}
    ledger.tell("refund.updated", refund)
    return refund
