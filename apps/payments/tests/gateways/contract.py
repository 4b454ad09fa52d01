"""What every gateway must do, whatever stands behind it.

A test module of a gateway imports these tests and provides a fixture `gateway_case`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction

from apps.core.money import Money
from apps.core.transactions import TransactionForbidden
from apps.payments.gateways import (
    Charge,
    ChargeOutcome,
    ChargeRequest,
    Gateway,
    GatewayRefund,
    RefundOutcome,
)

PRICE = Money(Decimal("19.99"), "EUR")
METADATA = {"order": "o", "payment": "p", "store": "s"}


@dataclass(frozen=True, kw_only=True)
class GatewayCase:
    """A gateway, and payment methods of it that end in a known way."""

    make: Callable[[], Gateway]
    good: str
    declined: str
    declined_code: str
    unknown: str


def charge(gateway: Gateway, method: str, key: str) -> Charge:
    return gateway.charge(
        ChargeRequest(amount=PRICE, payment_method=method, idempotency_key=key, metadata=METADATA)
    )


def give_back(gateway: Gateway, charge: Charge, amount: Money, key: str) -> GatewayRefund:
    return gateway.refund(
        charge_reference=charge.reference, amount=amount, idempotency_key=key, metadata=METADATA
    )


def test_knows_its_payment_methods(gateway_case):
    gateway = gateway_case.make()
    assert gateway.accepts(gateway_case.good)
    assert gateway.accepts(gateway_case.declined)
    assert not gateway.accepts(gateway_case.unknown)


def test_captures_a_good_payment(gateway_case):
    taken = charge(gateway_case.make(), gateway_case.good, str(uuid4()))
    assert taken.outcome is ChargeOutcome.CAPTURED
    assert taken.failure_code == ""
    assert 0 < len(taken.reference) <= 255


def test_says_why_it_declines(gateway_case):
    refused = charge(gateway_case.make(), gateway_case.declined, str(uuid4()))
    assert refused.outcome is ChargeOutcome.FAILED
    assert refused.failure_code == gateway_case.declined_code
    assert refused.reference


@pytest.mark.parametrize("kind", ["good", "declined"])
def test_one_key_is_one_charge_in_every_process(gateway_case, kind):
    key, method = str(uuid4()), getattr(gateway_case, kind)
    first = charge(gateway_case.make(), method, key)
    assert charge(gateway_case.make(), method, key) == first


def test_two_keys_are_two_charges(gateway_case):
    gateway = gateway_case.make()
    first = charge(gateway, gateway_case.good, str(uuid4()))
    second = charge(gateway, gateway_case.good, str(uuid4()))
    assert first.reference != second.reference


def test_gives_back_once_for_each_key(gateway_case):
    gateway = gateway_case.make()
    taken = charge(gateway, gateway_case.good, str(uuid4()))
    part, key = Money(Decimal("9.99"), "EUR"), str(uuid4())
    first = give_back(gateway, taken, part, key)
    again = give_back(gateway, taken, part, key)
    other = give_back(gateway, taken, part, str(uuid4()))
    assert first.outcome is RefundOutcome.SUCCEEDED
    assert again == first
    assert other.reference != first.reference


@pytest.mark.django_db(transaction=True)
def test_never_works_while_rows_may_be_locked(gateway_case):
    gateway = gateway_case.make()
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        charge(gateway, gateway_case.good, str(uuid4()))
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        gateway.refund(
            charge_reference="x", amount=PRICE, idempotency_key=str(uuid4()), metadata={}
        )
