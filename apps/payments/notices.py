"""Notices as JSON, to be kept: ids, amounts and states. Secrets and what is personal stay out."""

from typing import Any

from apps.core.money import Money
from apps.payments.gateways import (
    Charge,
    ChargeOutcome,
    GatewayRefund,
    Notice,
    RefundOutcome,
)
from apps.payments.models import ProviderEvent

_OURS = ("order", "payment", "refund", "store")


def as_content(notice: Notice) -> dict[str, Any]:
    """This function will return what is kept of a notice."""
    if (charge := notice.charge) is not None:
        return {
            "charge": {
                "reference": charge.reference,
                "outcome": charge.outcome.value,
                "amount": _exact(charge.amount),
                "failure_code": charge.failure_code,
                "metadata": _ours(charge.metadata),
                "livemode": charge.livemode,
            }
        }
    if (refund := notice.refund) is not None:
        return {
            "refund": {
                "reference": refund.reference,
                "outcome": refund.outcome.value,
                "amount": None if refund.amount is None else _exact(refund.amount),
                "failure_code": refund.failure_code,
                "charge_reference": refund.charge_reference,
                "metadata": _ours(refund.metadata),
            }
        }
    return {}


def as_notice(event: ProviderEvent) -> Notice:
    """This function will return the notice that an event was kept of."""
    charge, refund = event.content.get("charge"), event.content.get("refund")
    return Notice(
        event_id=event.event_id,
        kind=event.kind,
        charge=charge and _charge(charge),
        refund=refund and _refund(refund),
    )


def _charge(kept: dict[str, Any]) -> Charge:
    known = {
        **kept,
        "outcome": ChargeOutcome(kept["outcome"]),
        "amount": Money.from_json(kept["amount"]),
    }
    return Charge(**known)


def _refund(kept: dict[str, Any]) -> GatewayRefund:
    amount = kept["amount"] and Money.from_json(kept["amount"])
    return GatewayRefund(**{**kept, "outcome": RefundOutcome(kept["outcome"]), "amount": amount})


def _ours(metadata: Any) -> dict[str, str]:
    return {name: str(metadata[name])[:100] for name in _OURS if name in metadata}


def _exact(money: Money) -> dict[str, str]:
    return {"amount": f"{money.amount:f}", "currency": money.currency}
