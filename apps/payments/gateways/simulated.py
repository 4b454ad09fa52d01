"""A gateway without a bank: for demonstrations, development and tests. No money moves."""

from collections.abc import Mapping
from hashlib import blake2s
from typing import ClassVar

from apps.core.money import Money
from apps.core.transactions import forbids_transaction
from apps.payments.gateways.gateway import (
    Charge,
    ChargeOutcome,
    ChargeRequest,
    GatewayRefund,
    RefundOutcome,
)


class SimulatedGateway:
    """Does what its payment method says:

    - `success`: the charge is captured;
    - `decline`: the charge fails with `card_declined`.

    It keeps no table: a reference is computed from the idempotency key, so the same key gives the
    same charge in every process and at any time. Every refund succeeds.
    """

    name: ClassVar[str] = "simulated"
    livemode: ClassVar[bool] = False

    _outcomes: ClassVar[Mapping[str, tuple[ChargeOutcome, str]]] = {
        "success": (ChargeOutcome.CAPTURED, ""),
        "decline": (ChargeOutcome.FAILED, "card_declined"),
    }

    def accepts(self, payment_method: str) -> bool:
        """This function will tell whether the method is one of those documented above."""
        return payment_method in self._outcomes

    @forbids_transaction
    def charge(self, request: ChargeRequest) -> Charge:
        """This function will pretend to take an amount."""
        outcome, failure_code = self._outcomes[request.payment_method]
        return Charge(
            reference=_reference("charge", request.idempotency_key),
            outcome=outcome,
            amount=request.amount,
            failure_code=failure_code,
            metadata=request.metadata,
        )

    @forbids_transaction
    def refund(
        self,
        *,
        charge_reference: str,
        amount: Money,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> GatewayRefund:
        """This function will pretend to give an amount back."""
        return GatewayRefund(
            reference=_reference("refund", idempotency_key),
            outcome=RefundOutcome.SUCCEEDED,
            charge_reference=charge_reference,
            metadata=metadata,
        )


def _reference(kind: str, idempotency_key: str) -> str:
    return f"sim_{kind}_{blake2s(idempotency_key.encode(), digest_size=12).hexdigest()}"
