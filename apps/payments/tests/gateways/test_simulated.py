"""The simulated gateway keeps the contract, and does what its words promise."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.payments.gateways import Charge
from apps.payments.gateways.simulated import SimulatedGateway, settle_charge
from apps.payments.gateways.simulated_webhooks import HEADER, send_webhook, sign
from apps.payments.models import SimulatedCharge, SimulatedRefund
from apps.payments.tests.gateways.contract import *  # noqa: F403 - the tests every gateway passes
from apps.payments.tests.gateways.contract import GatewayCase
from apps.payments.tests.gateways.webhook_basket import Basket


def books_of(payment: str) -> list[Decimal]:
    rows = SimulatedCharge.objects.filter(metadata__payment=payment, captured_amount__gt=0)
    return [row.captured_amount for row in rows.order_by("pk")]


def refunds_of(payment: str) -> list[Decimal]:
    rows = SimulatedRefund.objects.filter(charge__metadata__payment=payment)
    return [row.amount for row in rows.order_by("pk")]


def act(charge: Charge, succeeds: bool) -> None:
    row = SimulatedCharge.objects.get(reference=charge.reference)
    settle_charge(charge_id=row.public_id, failure_code="" if succeeds else "authentication_failed")


def letter_about(charge: Charge) -> bytes:
    row = SimulatedCharge.objects.get(reference=charge.reference)
    send_webhook(charge_id=row.public_id)
    return Basket.letters[-1].body


def signed(body: bytes, *, at: int | None = None, secret: str | None = None) -> Mapping[str, str]:
    moment = int(timezone.now().timestamp()) if at is None else at
    return {HEADER: sign(body, at=moment, secret=secret)}


@pytest.fixture
def gateway_case(basket: type[Basket]) -> GatewayCase:
    return GatewayCase(
        make=SimulatedGateway,
        good="success",
        declined="decline",
        declined_code="card_declined",
        poor="insufficient_funds",
        needs_action="requires_action",
        unknown="pm_card_visa",
        refused=("pm_card_visa", "Success", " success", "successes"),
        taken=books_of,
        given_back=refunds_of,
        act=act,
        lose_answer=lambda: "timeout_after_effect",
        letter=letter_about,
        sign=signed,
    )
