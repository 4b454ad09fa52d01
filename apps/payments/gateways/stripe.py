"""Stripe, through PaymentIntents."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import stripe
from django.conf import settings

from apps.core.money import Money
from apps.core.transactions import forbids_transaction
from apps.payments.charges import (
    Charge,
    ChargeOutcome,
    ChargeRequest,
    GatewayRefund,
    Notice,
    RefundOutcome,
)
from apps.payments.errors import ChargeNotFound
from apps.payments.gateways import stripe_intents as intents
from apps.payments.gateways.stripe_amounts import InexactAmount, minor_units
from apps.payments.gateways.stripe_answers import CANCELABLE, read_charge, read_refund
from apps.payments.gateways.stripe_client import asking, stripe_client
from apps.payments.gateways.stripe_notices import read_event

# Payment methods, and what they were called before: cards and sources.
_METHOD = re.compile(r"(?:pm|card|src)_[A-Za-z0-9_]{1,100}")
_INTENT = re.compile(r"pi_[A-Za-z0-9_]{1,200}")
_REFUND = re.compile(r"(?:re|pyr)_[A-Za-z0-9_]{1,200}")


class StripeGateway:
    """One account at Stripe. A charge is a PaymentIntent; its id is our reference.

    A charge takes two steps, so that asking about it never takes money: the intent is created
    without a payment method, then confirmed with one. Each step has an idempotency key of its own.
    Stripe answers a repeated key with what it said the first time, so what is replayed is read
    again. Without a payment method the second step is the payer's, in Stripe's Payment Element.
    """

    name: ClassVar[str] = "stripe"

    @property
    def livemode(self) -> bool:
        """Whether real money moves."""
        return bool(settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")))

    def accepts(self, payment_method: str) -> bool:
        """This function will tell whether it looks like the id of a payment method, or is empty."""
        return not payment_method or _METHOD.fullmatch(payment_method) is not None

    @forbids_transaction
    def charge(self, request: ChargeRequest) -> Charge:
        """This function will create an intent and, given a payment method, confirm it."""
        try:
            intent = intents.find_or_create(request)
        except InexactAmount:
            return _nothing_made(request, ChargeOutcome.FAILED, "amount_not_exact")
        except stripe.InvalidRequestError as refusal:
            intents.log_refusal("create a charge", refusal)
            return _nothing_made(request, ChargeOutcome.FAILED, intents.code_of(refusal))
        if request.payment_method:
            intent = intents.pursue(intent, request)
        return read_charge(intent)

    @forbids_transaction
    def withdraw(self, request: ChargeRequest) -> Charge:
        """This function will cancel the intent, made for the purpose if need be."""
        try:
            intent = intents.find_or_create(request)
        except (InexactAmount, stripe.InvalidRequestError):
            return _nothing_made(request, ChargeOutcome.CANCELED, "")
        if intent["status"] in CANCELABLE:
            intent = intents.cancel(intent["id"])
        return read_charge(intent)

    @forbids_transaction
    def find_charge(self, reference: str) -> Charge:
        """This function will read an intent as it now stands."""
        if not _INTENT.fullmatch(reference):
            raise ChargeNotFound
        try:
            return read_charge(intents.retrieve(reference))
        except stripe.InvalidRequestError as error:
            raise ChargeNotFound from error

    @forbids_transaction
    def capture(self, reference: str, *, amount: Money, idempotency_key: str) -> Charge:
        """This function will capture an authorized intent."""
        if not _INTENT.fullmatch(reference):
            raise ChargeNotFound
        try:
            wish = {"amount_to_capture": minor_units(amount)}
            with asking("capture a charge"):
                captured = stripe_client().v1.payment_intents.capture(
                    reference,
                    wish,  # type: ignore[arg-type]
                    {"idempotency_key": idempotency_key},
                )
            return read_charge(intents.as_it_stands(captured))
        except (stripe.InvalidRequestError, stripe.CardError) as refusal:
            intents.log_refusal("capture a charge", refusal)
        except InexactAmount:
            pass
        return self.find_charge(reference)

    @forbids_transaction
    def refund(
        self,
        *,
        charge_reference: str,
        amount: Money,
        idempotency_key: str,
        metadata: Mapping[str, str],
    ) -> GatewayRefund:
        """This function will refund a part of an intent's charge, or all of it.

        Refunds made before are looked through first: Stripe forgets a key after a day, and one
        under which it stumbled over its own feet is remembered as just that.
        """
        try:
            return _made_before(charge_reference, metadata) or self._refund(
                charge_reference, minor_units(amount), idempotency_key, metadata
            )
        except InexactAmount:
            failure_code = "amount_not_exact"
        except (stripe.InvalidRequestError, stripe.CardError) as refusal:
            intents.log_refusal("refund a charge", refusal)
            failure_code = intents.code_of(refusal)
        return GatewayRefund(
            reference="",
            outcome=RefundOutcome.FAILED,
            failure_code=failure_code,
            amount=amount,
            charge_reference=charge_reference,
            metadata=metadata,
        )

    def _refund(
        self, charge_reference: str, amount: int, key: str, metadata: Mapping[str, str]
    ) -> GatewayRefund:
        wish = {"payment_intent": charge_reference, "amount": amount, "metadata": dict(metadata)}
        with asking("refund a charge"):
            made = stripe_client().v1.refunds.create(
                wish,  # type: ignore[arg-type]
                {"idempotency_key": key},
            )
            answer, is_old = read_refund(made.to_dict()), intents.is_replay(made)
        return self.find_refund(answer.reference) if is_old else answer

    @forbids_transaction
    def find_refund(self, reference: str) -> GatewayRefund:
        """This function will read a refund as it now stands."""
        if not _REFUND.fullmatch(reference):
            raise ChargeNotFound
        try:
            with asking("retrieve a refund"):
                return read_refund(stripe_client().v1.refunds.retrieve(reference).to_dict())
        except stripe.InvalidRequestError as error:
            raise ChargeNotFound from error

    def read_notice(self, *, body: bytes, headers: Mapping[str, Any]) -> Notice:
        """This function will check Stripe's signature of an event, and read the event."""
        return read_event(body, headers=headers, secrets=settings.STRIPE_WEBHOOK_SECRETS)


def _made_before(charge_reference: str, metadata: Mapping[str, str]) -> GatewayRefund | None:
    ours = metadata.get("refund")
    if not ours:
        return None
    with asking("look through refunds"):
        made = stripe_client().v1.refunds.list({"payment_intent": charge_reference, "limit": 100})
        answers = (read_refund(refund.to_dict()) for refund in made.auto_paging_iter())
        return next((one for one in answers if one.metadata.get("refund") == ours), None)


def _nothing_made(request: ChargeRequest, outcome: ChargeOutcome, failure_code: str) -> Charge:
    """A charge that Stripe has never heard of, and has no reference for."""
    return Charge(
        reference="",
        outcome=outcome,
        amount=request.amount,
        failure_code=failure_code,
        metadata=request.metadata,
    )
