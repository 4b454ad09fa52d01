"""A gateway for tests that keeps books, and can be told to be silent or to fail."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from apps.core.money import Money
from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import (
    Charge,
    ChargeOutcome,
    ChargeRequest,
    GatewayRefund,
    RefundOutcome,
)


class LedgerGateway:
    """Payment methods: `good`, `bad` (declined), `slow` (processing first, captured when asked
    again). The books belong to the class, as a real gateway's belong to no process of ours."""

    name: ClassVar[str] = "ledger"

    charges: ClassVar[dict[str, Charge]] = {}
    taken: ClassVar[dict[str, Money]] = {}
    given_back: ClassVar[dict[str, Money]] = {}
    metadata: ClassVar[list[Mapping[str, str]]] = []
    refuses_refunds: ClassVar[bool] = False
    silent_before: ClassVar[bool] = False
    silent_after: ClassVar[bool] = False
    meanwhile: ClassVar[Callable[[], None] | None] = None

    @classmethod
    def forget(cls) -> None:
        """This function will empty the books and make the gateway answer again."""
        cls.charges, cls.taken, cls.given_back, cls.metadata = {}, {}, {}, []
        cls.refuses_refunds = cls.silent_before = cls.silent_after = False
        cls.meanwhile = None

    def accepts(self, payment_method: str) -> bool:
        return payment_method in {"good", "bad", "slow"}

    @forbids_transaction
    def charge(self, request: ChargeRequest) -> Charge:
        if self.silent_before:
            raise GatewayUnavailable
        self.metadata.append(request.metadata)
        charge = self._charge(request)
        self.charges[request.idempotency_key] = charge
        if charge.outcome is ChargeOutcome.CAPTURED:
            self.taken[request.idempotency_key] = request.amount
        self._interrupt()
        return charge

    @forbids_transaction
    def refund(
        self,
        *,
        charge_reference: str,
        amount: Money,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> GatewayRefund:
        if self.silent_before:
            raise GatewayUnavailable
        reference = f"back_{idempotency_key}"
        if self.refuses_refunds:
            return GatewayRefund(
                reference=reference, outcome=RefundOutcome.FAILED, failure_code="account_closed"
            )
        self.given_back[idempotency_key] = amount
        self._interrupt()
        return GatewayRefund(reference=reference, outcome=RefundOutcome.SUCCEEDED)

    def _charge(self, request: ChargeRequest) -> Charge:
        key = request.idempotency_key
        if request.payment_method == "bad":
            outcome, failure_code = ChargeOutcome.FAILED, "insufficient_funds"
        else:
            slow = request.payment_method == "slow" and key not in self.charges
            outcome = ChargeOutcome.PROCESSING if slow else ChargeOutcome.CAPTURED
            failure_code = ""
        return Charge(
            reference=f"taken_{key}",
            outcome=outcome,
            amount=request.amount,
            failure_code=failure_code,
            metadata=request.metadata,
        )

    def _interrupt(self) -> None:
        books = type(self)
        if books.meanwhile is not None:
            act, books.meanwhile = books.meanwhile, None
            act()
        if self.silent_after:
            raise GatewayUnavailable
