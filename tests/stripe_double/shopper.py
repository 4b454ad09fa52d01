"""What the shopper and the bank do, unseen by the shop: nobody's API request."""

from contextlib import suppress

from tests.stripe_double.attempts import approve, attempt, fail, fail_authentication
from tests.stripe_double.errors import Refused
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.payment_intents import CONFIRMABLE
from tests.stripe_double.payment_methods import INSUFFICIENT_FUNDS
from tests.stripe_double.records import Intent, Refund


def pay(ledger: Ledger, name: str, method: str) -> Intent:
    """This function will confirm an intent in the browser, with a payment method of the shopper's
    choice; a bank that says no says so to the shopper."""
    intent = _in(ledger, name, *CONFIRMABLE)
    intent.payment_method = ledger.method(method)
    with suppress(Refused):
        attempt(ledger, intent)
    return intent


def authenticate(ledger: Ledger, name: str, *, succeed: bool) -> Intent:
    """This function will pass the bank's authentication, or fail it."""
    intent = _in(ledger, name, "requires_action")
    if not succeed:
        fail_authentication(ledger, intent)
        return intent
    with suppress(Refused):
        attempt(ledger, intent, authenticated=True)
    return intent


def settle(ledger: Ledger, name: str, *, succeed: bool | None) -> Intent:
    """This function will let the bank say what became of an intent that is being processed; by
    default what its payment method is for."""
    intent = _in(ledger, name, "processing")
    charge = intent.charges[-1]
    if succeed is None:
        succeed = not charge.method.behaviour.fails_later
    if succeed:
        approve(ledger, intent, charge)
    else:
        fail(ledger, intent, INSUFFICIENT_FUNDS, charge)
    return intent


def _in(ledger: Ledger, name: str, *statuses: str) -> Intent:
    intent = ledger.intents[name]
    if intent.status not in statuses:
        raise ValueError(f"{name} is {intent.status}, not {' or '.join(statuses)}")
    return intent


def settle_refund(ledger: Ledger, name: str, *, failure: str) -> Refund:
    """This function will let a refund succeed, or fail for this reason: even one that seemed to
    have succeeded."""
    refund = ledger.refunds[name]
    before = {"status": refund.status}
    if not failure:
        refund.status = "succeeded"
    elif refund.status != "failed":
        refund.status, refund.failure_reason = "failed", failure
        ledger.move("refund_failed", refund.charge, refund.amount, refund)
        ledger.tell("refund.failed", refund)
    ledger.tell("refund.updated", refund, before)
    ledger.tell("charge.refund.updated", refund, before)
    return refund
