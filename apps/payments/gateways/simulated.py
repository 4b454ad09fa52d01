"""A gateway without a bank: for demonstrations, development and tests. No money moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2s
from typing import Any, ClassVar
from uuid import UUID

import structlog
from django.db import transaction
from django.urls import reverse

from apps.core.money import Money
from apps.core.transactions import forbids_transaction
from apps.events import services as events
from apps.events.event import Event
from apps.payments.charges import (
    CaptureMethod,
    Charge,
    ChargeOutcome,
    ChargeRequest,
    GatewayRefund,
    Notice,
    RefundOutcome,
)
from apps.payments.errors import ChargeNotFound, GatewayUnavailable
from apps.payments.events import SimulatedChargeBegun, SimulatedChargeSettled
from apps.payments.gateways.simulated_plans import PLANS, UNKNOWN, Plan
from apps.payments.gateways.simulated_webhooks import read_webhook, send_webhook
from apps.payments.models import SimulatedCharge, SimulatedRefund

log = structlog.get_logger(__name__)

_O = ChargeOutcome
_CANCELABLE = {_O.REQUIRES_ACTION, _O.AUTHORIZED}
_WAITING = {_O.REQUIRES_ACTION, _O.PROCESSING}


@dataclass
class _NamedStore:
    """A store as the metadata of a charge name it."""

    public_id: UUID


class SimulatedGateway:
    """Does what its payment method says (`simulated_plans.PLANS`), and keeps books about it.

    They are tables of its own, so one idempotency key is one charge in every process, and no more
    is given back than was captured. Its transactions are short and never those of its caller.
    """

    name: ClassVar[str] = "simulated"

    @property
    def livemode(self) -> bool:
        """Whether real money moves: never."""
        return False

    def accepts(self, payment_method: str) -> bool:
        """This function will tell whether the method is one of those documented."""
        return payment_method in PLANS

    @forbids_transaction
    def charge(self, request: ChargeRequest) -> Charge:
        """This function will pretend to take an amount."""
        plan = PLANS.get(request.payment_method, UNKNOWN)
        charge, is_new = _find_or_open(request, plan)
        if is_new and plan.webhook_first:
            _send_now(charge)
        if is_new and plan.silent:
            raise GatewayUnavailable
        return as_charge(charge)

    @forbids_transaction
    def withdraw(self, request: ChargeRequest) -> Charge:
        """This function will give a charge up, written down for the purpose if need be."""
        _find_or_open(request, Plan(_O.CANCELED))
        with transaction.atomic():
            charge = _locked(idempotency_key=request.idempotency_key)
            if charge.outcome in _CANCELABLE:
                charge.cancel()
        return as_charge(charge)

    @forbids_transaction
    def find_charge(self, reference: str) -> Charge:
        """This function will look a charge up."""
        for charge in SimulatedCharge.objects.filter(reference=reference):
            return as_charge(charge)
        raise ChargeNotFound

    @forbids_transaction
    @transaction.atomic
    def capture(self, reference: str, *, amount: Money, idempotency_key: str) -> Charge:
        """This function will pretend to take what was authorized, or a part of it."""
        charge = _locked(reference=reference)
        sensible = amount.currency == charge.currency and 0 < amount.amount <= charge.amount
        if charge.outcome == _O.AUTHORIZED and sensible:
            charge.capture(amount)
        return as_charge(charge)

    @forbids_transaction
    @transaction.atomic
    def refund(
        self,
        *,
        charge_reference: str,
        amount: Money,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> GatewayRefund:
        """This function will pretend to give an amount back."""
        for charge in SimulatedCharge.objects.filter(reference=charge_reference).locked():
            for known in charge.refunds.filter(idempotency_key=idempotency_key):
                return _as_refund(known)
            if refusal := _refusal(charge, amount):
                return _refused(charge_reference, amount, metadata, refusal)
            charge.give_back(amount)
            made = charge.refunds.create(
                idempotency_key=idempotency_key,
                reference=_reference("refund", idempotency_key),
                amount=amount.amount,
                metadata=dict(metadata),
            )
            return _as_refund(made)
        return _refused(charge_reference, amount, metadata, "resource_missing")

    @forbids_transaction
    def find_refund(self, reference: str) -> GatewayRefund:
        """This function will look a refund up."""
        for refund in SimulatedRefund.objects.filter(reference=reference).select_related("charge"):
            return _as_refund(refund)
        raise ChargeNotFound

    def read_notice(self, *, body: bytes, headers: Mapping[str, Any]) -> Notice:
        """This function will check our own signature of a webhook, and read it."""
        return read_webhook(body, headers=headers)


@forbids_transaction
@transaction.atomic
def settle_charge(*, charge_id: UUID, failure_code: str = "") -> SimulatedCharge:
    """This function will end a charge that waits for its payer or for the bank, and have the shop
    told of it. One that ended stays as it is."""
    charge = _locked(public_id=charge_id)
    if charge.outcome in _WAITING:
        charge.settle(failure_code=failure_code)
        settled = SimulatedChargeSettled(aggregate_id=charge.public_id, copies=1)
        events.publish(settled, store=_NamedStore(charge.store))
    return charge


def as_charge(charge: SimulatedCharge) -> Charge:
    """This function will tell how a charge stands, in the words of the contract."""
    waits = charge.outcome == _O.REQUIRES_ACTION
    page = reverse("simulated-payment", kwargs={"reference": charge.reference}) if waits else ""
    taken = Money(charge.captured_amount, charge.currency)
    return Charge(
        reference=charge.reference,
        outcome=_O(charge.outcome),
        amount=taken if charge.outcome == _O.CAPTURED else charge.money,
        failure_code=charge.failure_code,
        redirect_url=page,
        metadata=charge.metadata,
    )


@transaction.atomic
def _find_or_open(request: ChargeRequest, plan: Plan) -> tuple[SimulatedCharge, bool]:
    charge, is_new = SimulatedCharge.objects.get_or_create(
        idempotency_key=request.idempotency_key, defaults=_columns(request, plan)
    )
    asked = (request.amount, request.payment_method, request.capture_method)
    if (charge.money, charge.payment_method, charge.capture_method) != asked:
        log.error("simulated_key_reused", charge_id=str(charge.public_id))
        raise GatewayUnavailable
    if is_new and (fact := _fact(charge, plan)):
        events.publish(fact, store=_NamedStore(charge.store))
    return charge, is_new


def _columns(request: ChargeRequest, plan: Plan) -> dict[str, Any]:
    outcome = plan.outcome
    if outcome is _O.CAPTURED and request.capture_method is CaptureMethod.MANUAL:
        outcome = _O.AUTHORIZED
    return {
        "store": UUID(request.metadata["store"]),
        "reference": _reference("charge", request.idempotency_key),
        "payment_method": request.payment_method,
        "capture_method": request.capture_method,
        "outcome": outcome,
        "failure_code": plan.failure_code,
        "amount": request.amount.amount,
        "currency": request.amount.currency,
        "captured_amount": request.amount.amount if outcome is _O.CAPTURED else Decimal(0),
        "metadata": dict(request.metadata),
    }


def _fact(charge: SimulatedCharge, plan: Plan) -> Event | None:
    """What has to follow the answer, if something has."""
    if charge.outcome == _O.PROCESSING:
        return SimulatedChargeBegun(aggregate_id=charge.public_id)
    if plan.webhooks:
        return SimulatedChargeSettled(aggregate_id=charge.public_id, copies=plan.webhooks)
    return None


def _send_now(charge: SimulatedCharge) -> None:
    """Whoever hears a webhook has nothing to say about the answer to the charge."""
    try:
        send_webhook(charge_id=charge.public_id)
    except Exception:
        log.exception("simulated_webhook_failed", charge_id=str(charge.public_id))


def _locked(**named: Any) -> SimulatedCharge:
    for charge in SimulatedCharge.objects.filter(**named).locked():
        return charge
    raise ChargeNotFound


def _refusal(charge: SimulatedCharge, amount: Money) -> str:
    if charge.outcome != _O.CAPTURED:
        return "charge_not_captured"
    if amount.currency != charge.currency or amount.amount <= 0 or amount != amount.rounded():
        return "amount_invalid"
    if not charge.refundable:
        return "charge_already_refunded"
    return "amount_too_large" if amount > charge.refundable else ""


def _refused(
    charge_reference: str, amount: Money, metadata: Mapping[str, str], code: str
) -> GatewayRefund:
    return GatewayRefund(
        reference="",
        outcome=RefundOutcome.FAILED,
        failure_code=code,
        amount=amount,
        charge_reference=charge_reference,
        metadata=metadata,
    )


def _as_refund(refund: SimulatedRefund) -> GatewayRefund:
    return GatewayRefund(
        reference=refund.reference,
        outcome=RefundOutcome.SUCCEEDED,
        amount=refund.money,
        charge_reference=refund.charge.reference,
        metadata=refund.metadata,
    )


def _reference(kind: str, idempotency_key: str) -> str:
    return f"sim_{kind}_{blake2s(idempotency_key.encode(), digest_size=12).hexdigest()}"
