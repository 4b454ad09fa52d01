"""A gateway for tests that keeps books, and can be told to be silent, to fail or to err."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

from apps.core.money import Money
from apps.core.transactions import forbids_transaction
from apps.payments.errors import ChargeNotFound, GatewayUnavailable, WebhookRefused
from apps.payments.gateways import (
    CaptureMethod,
    Charge,
    ChargeOutcome,
    ChargeRequest,
    GatewayRefund,
    Notice,
    RefundOutcome,
)

_CANCELABLE = {ChargeOutcome.REQUIRES_ACTION, ChargeOutcome.AUTHORIZED}


class LedgerGateway:
    """Payment methods: `good`, `bad` (declined), `slow` (processing first, captured when asked
    again), `action` (3-D Secure). The books belong to the class, as a real gateway's belong to no
    process of ours."""

    name: ClassVar[str] = "ledger"
    livemode: ClassVar[bool] = False

    charges: ClassVar[dict[str, Charge]] = {}
    taken: ClassVar[dict[str, Money]] = {}
    given_back: ClassVar[dict[str, Money]] = {}
    refunds: ClassVar[dict[str, GatewayRefund]] = {}
    metadata: ClassVar[list[Mapping[str, str]]] = []
    refuses_refunds: ClassVar[bool] = False
    refunds_later: ClassVar[bool] = False
    silent_before: ClassVar[bool] = False
    silent_after: ClassVar[bool] = False
    meanwhile: ClassVar[Callable[[], None] | None] = None

    @classmethod
    def forget(cls) -> None:
        """This function will empty the books and make the gateway answer again."""
        cls.charges, cls.taken, cls.given_back, cls.metadata = {}, {}, {}, []
        cls.refunds = {}
        cls.refuses_refunds = cls.refunds_later = cls.silent_before = cls.silent_after = False
        cls.meanwhile = None

    @classmethod
    def change(cls, reference: str, **values: Any) -> Charge:
        """This function will change a charge behind everybody's back, and return it."""
        key = next(key for key, one in cls.charges.items() if one.reference == reference)
        cls.charges[key] = replace(cls.charges[key], **values)
        if cls.charges[key].outcome is ChargeOutcome.CAPTURED:
            cls.taken[key] = cls.charges[key].amount
        return cls.charges[key]

    @classmethod
    def change_refund(cls, reference: str, **values: Any) -> GatewayRefund:
        """This function will change a refund behind everybody's back, and return it."""
        cls.refunds[reference] = replace(cls.refunds[reference], **values)
        return cls.refunds[reference]

    @classmethod
    def refund_by_hand(cls, charge_reference: str, amount: Money, **values: Any) -> GatewayRefund:
        """This function will do what somebody does in a gateway's own dashboard."""
        reference = f"by_hand_{len(cls.refunds)}"
        cls.refunds[reference] = GatewayRefund(
            **{
                "reference": reference,
                "outcome": RefundOutcome.SUCCEEDED,
                "amount": amount,
                "charge_reference": charge_reference,
                **values,
            }
        )
        return cls.refunds[reference]

    def accepts(self, payment_method: str) -> bool:
        return payment_method in {"", "good", "bad", "slow", "action"}

    @forbids_transaction
    def charge(self, request: ChargeRequest) -> Charge:
        self._answer()
        self.metadata.append(request.metadata)
        charge = self._charge(request)
        self._book(request.idempotency_key, charge)
        self._interrupt()
        return charge

    @forbids_transaction
    def withdraw(self, request: ChargeRequest) -> Charge:
        self._answer()
        key = request.idempotency_key
        known = self.charges.get(key)
        if known is None or known.outcome in _CANCELABLE:
            self.charges[key] = Charge(
                reference=f"taken_{key}",
                outcome=ChargeOutcome.CANCELED,
                amount=request.amount,
                metadata=request.metadata,
            )
        return self.charges[key]

    @forbids_transaction
    def find_charge(self, reference: str) -> Charge:
        self._answer()
        for key, charge in self.charges.items():
            if charge.reference == reference:
                if charge.outcome is ChargeOutcome.PROCESSING:
                    self._book(key, replace(charge, outcome=ChargeOutcome.CAPTURED))
                return self.charges[key]
        raise ChargeNotFound

    @forbids_transaction
    def capture(self, reference: str, *, amount: Money, idempotency_key: str) -> Charge:
        self._answer()
        charge = next(one for one in self.charges.values() if one.reference == reference)
        if charge.outcome is ChargeOutcome.AUTHORIZED:
            charge = self.change(reference, outcome=ChargeOutcome.CAPTURED)
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
        self._answer()
        answer = GatewayRefund(
            reference=f"back_{idempotency_key}",
            outcome=RefundOutcome.PENDING if self.refunds_later else RefundOutcome.SUCCEEDED,
            amount=amount,
            charge_reference=charge_reference,
            metadata=metadata,
        )
        if self.refuses_refunds:
            answer = replace(answer, outcome=RefundOutcome.FAILED, failure_code="account_closed")
        else:
            self.given_back[idempotency_key] = amount
        self.refunds[answer.reference] = answer
        self._interrupt()
        return answer

    @forbids_transaction
    def find_refund(self, reference: str) -> GatewayRefund:
        self._answer()
        if reference not in self.refunds:
            raise ChargeNotFound
        return self.refunds[reference]

    def read_notice(self, *, body: bytes, headers: Mapping[str, Any]) -> Notice:
        """Whoever knows the word is the gateway; the body names a charge or refund of the books."""
        if headers.get("Ledger-Signature") != "truly":
            raise WebhookRefused
        try:
            told = json.loads(body)
        except ValueError as error:
            raise WebhookRefused("It is no JSON.") from error
        return Notice(
            event_id=told.get("id") or f"evt_{uuid4()}",
            kind=told.get("kind", "charge"),
            charge=self._told_charge(told.get("charge"), told),
            refund=self.refunds.get(told.get("refund", "")),
        )

    def _told_charge(self, reference: str | None, told: dict[str, Any]) -> Charge | None:
        for charge in self.charges.values():
            if charge.reference == reference:
                outcome = told.get("outcome")
                return replace(charge, outcome=ChargeOutcome(outcome)) if outcome else charge
        return None

    def _charge(self, request: ChargeRequest) -> Charge:
        key = request.idempotency_key
        manual = request.capture_method is CaptureMethod.MANUAL
        outcome = ChargeOutcome.AUTHORIZED if manual else ChargeOutcome.CAPTURED
        failure_code = ""
        if request.payment_method == "bad":
            outcome, failure_code = ChargeOutcome.FAILED, "insufficient_funds"
        elif key in self.charges and self.charges[key].outcome is not ChargeOutcome.PROCESSING:
            return self.charges[key]
        elif request.payment_method == "slow" and key not in self.charges:
            outcome = ChargeOutcome.PROCESSING
        elif request.payment_method in {"", "action"}:
            outcome = ChargeOutcome.REQUIRES_ACTION
        acts = outcome is ChargeOutcome.REQUIRES_ACTION
        return Charge(
            reference=f"taken_{key}",
            outcome=outcome,
            amount=request.amount,
            failure_code=failure_code,
            client_secret=f"secret_{key}" if acts else "",
            redirect_url=f"https://bank.example/{key}" if acts else "",
            metadata=request.metadata,
        )

    def _book(self, key: str, charge: Charge) -> None:
        self.charges[key] = charge
        if charge.outcome is ChargeOutcome.CAPTURED:
            self.taken[key] = charge.amount

    def _answer(self) -> None:
        if self.silent_before:
            raise GatewayUnavailable

    def _interrupt(self) -> None:
        books = type(self)
        if books.meanwhile is not None:
            act, books.meanwhile = books.meanwhile, None
            act()
        if self.silent_after:
            raise GatewayUnavailable
