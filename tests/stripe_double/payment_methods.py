"""The payment methods of Stripe's test mode, and what each of them does.

https://docs.stripe.com/testing and https://docs.stripe.com/payments/ach-direct-debit#test-tokens
say so. A name that begins with `pm_double_` is an invention of this double, for what Stripe offers
no test method for.
"""

from dataclasses import dataclass

from tests.stripe_double.errors import no_such
from tests.stripe_double.ids import new_id


@dataclass(frozen=True)
class Decline:
    """Why a bank says no."""

    decline_code: str
    message: str = "Your card was declined."
    code: str = "card_declined"
    param: str | None = None


@dataclass(frozen=True)
class Behaviour:
    """What happens when somebody pays with it.

    `settles_later`: it is `processing` until `settle` is called. `stops_in_time`: it can still be
    canceled then. `refunds` is how a refund begins.
    """

    type: str = "card"
    brand: str = "visa"
    last4: str = "4242"
    decline: Decline | None = None
    authentication: bool = False
    settles_later: bool = False
    stops_in_time: bool = False
    fails_later: bool = False
    refunds: str = "succeeded"


GENERIC = Decline("generic_decline")
INSUFFICIENT_FUNDS = Decline("insufficient_funds", "Your card has insufficient funds.")
EXPIRED = Decline("expired_card", "Your card has expired.", "expired_card", "exp_month")
INCORRECT_CVC = Decline(
    "incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc", "cvc"
)
PROCESSING_ERROR = Decline(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    "processing_error",
)

_DECLINED = Behaviour(decline=GENERIC, last4="0002")
_NO_FUNDS = Behaviour(decline=INSUFFICIENT_FUNDS, last4="9995")
_LOST = Behaviour(decline=Decline("lost_card"), last4="9987")
_STOLEN = Behaviour(decline=Decline("stolen_card"), last4="9979")
_DEBIT = Behaviour(type="us_bank_account", settles_later=True, stops_in_time=True)
_BAD_DEBIT = Behaviour(
    type="us_bank_account", settles_later=True, stops_in_time=True, fails_later=True
)
_SEPA = Behaviour(type="sepa_debit", settles_later=True, last4="3000")

BEHAVIOURS: dict[str, Behaviour] = {
    "pm_card_visa": Behaviour(),
    "pm_card_visa_debit": Behaviour(last4="5556"),
    "pm_card_mastercard": Behaviour(brand="mastercard", last4="4444"),
    "pm_card_amex": Behaviour(brand="amex", last4="8431"),
    "pm_card_chargeDeclined": _DECLINED,
    "pm_card_visa_chargeDeclined": _DECLINED,
    "pm_card_chargeDeclinedInsufficientFunds": _NO_FUNDS,
    "pm_card_visa_chargeDeclinedInsufficientFunds": _NO_FUNDS,
    "pm_card_visa_chargeDeclinedLostCard": _LOST,
    "pm_card_visa_chargeDeclinedStolenCard": _STOLEN,
    "pm_card_chargeDeclinedExpiredCard": Behaviour(decline=EXPIRED, last4="0069"),
    "pm_card_chargeDeclinedIncorrectCvc": Behaviour(decline=INCORRECT_CVC, last4="0127"),
    "pm_card_chargeDeclinedProcessingError": Behaviour(decline=PROCESSING_ERROR, last4="0119"),
    "pm_card_authenticationRequired": Behaviour(authentication=True, last4="3184"),
    "pm_card_threeDSecure2Required": Behaviour(authentication=True, last4="3220"),
    "pm_card_threeDSecureOptional": Behaviour(last4="3055"),
    "pm_card_threeDSecureRequiredChargeDeclined": Behaviour(
        authentication=True, decline=GENERIC, last4="1629"
    ),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Behaviour(
        authentication=True, decline=INSUFFICIENT_FUNDS, last4="3178"
    ),
    # Can be kept for later, and then cannot be charged.
    "pm_card_chargeCustomerFail": Behaviour(decline=GENERIC, last4="0341"),
    "pm_card_pendingRefund": Behaviour(refunds="pending", last4="7726"),
    "pm_card_refundFail": Behaviour(last4="5126"),
    "pm_usBankAccount_success": _DEBIT,
    "pm_usBankAccount_processing": _DEBIT,
    "pm_usBankAccount_insufficientFunds": _BAD_DEBIT,
    "pm_success_de": _SEPA,
    "pm_successDelayed_de": _SEPA,
    "pm_failed_de": Behaviour(
        type="sepa_debit", settles_later=True, fails_later=True, last4="3001"
    ),
    # A card of which the bank does not say at once what it does, and that cannot be stopped.
    "pm_double_cardProcessing": Behaviour(settles_later=True),
    "pm_double_cardProcessingThenDeclined": Behaviour(settles_later=True, fails_later=True),
}


@dataclass(frozen=True)
class PaymentMethod:
    """One use of a test payment method: Stripe gives it a name of its own."""

    id: str
    behaviour: Behaviour


def find_payment_method(known: dict[str, PaymentMethod], name: str) -> PaymentMethod:
    """This function will return the payment method of this name, made anew from a test token."""
    if name in known:
        return known[name]
    behaviour = BEHAVIOURS.get(name)
    if behaviour is None:
        raise no_such("PaymentMethod", name, param="payment_method", status=400)
    method = PaymentMethod(new_id("pm"), behaviour)
    known[method.id] = method
    return method
