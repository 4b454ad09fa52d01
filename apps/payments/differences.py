"""Comparing what a gateway says it has taken with what it was asked for."""

from apps.payments.gateways import Charge, find_gateway
from apps.payments.models import Payment
from apps.payments.transitions import HOLDS_MONEY

ANOTHER_CHARGE = "charge:"


def difference(payment: Payment, charge: Charge) -> str:
    """This function will say in a few words how a charge does not fit its payment; "" when it does.

    Money must be of the amount and currency that were asked for, for the order it was asked for, in
    the one charge we know of, and real exactly when the gateway is set up for real money.
    """
    if charge.outcome not in HOLDS_MONEY:
        return ""
    if payment.gateway_reference not in {"", charge.reference}:
        return f"{ANOTHER_CHARGE} {charge.reference} beside {payment.gateway_reference}"
    if charge.amount != payment.charged:
        return f"amount: {charge.amount} instead of {payment.charged}"
    if charge.metadata.get("order", str(payment.order.public_id)) != str(payment.order.public_id):
        return "order: the charge names another one"
    if charge.livemode != find_gateway(payment.gateway).livemode:
        return "livemode: test money where real money is due, or the other way round"
    return ""
