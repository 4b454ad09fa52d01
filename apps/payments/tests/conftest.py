"""An order to be paid, and a gateway that keeps books and tells of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.backoffice import services as backoffice
from apps.orders.models import Order
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Payment
from apps.payments.tests.factories import pay_order, place_order
from apps.payments.tests.ledger_gateway import LedgerGateway


@pytest.fixture
def order(shopper: User) -> Order:
    """A pending order of `shopper`: three products, one each, of which there are ten."""
    return place_order(customer=shopper)


@pytest.fixture
def ledger(settings: Any) -> type[LedgerGateway]:
    """The gateway called `ledger`, with empty books."""
    settings.PAYMENT_GATEWAYS = [
        *settings.PAYMENT_GATEWAYS,
        "apps.payments.tests.ledger_gateway.LedgerGateway",
    ]
    LedgerGateway.forget()
    return LedgerGateway


@pytest.fixture
def lost(order: Order, ledger: type[LedgerGateway]) -> Payment:
    """A payment that was charged, and nobody has told us."""
    ledger.silent_after = True
    with pytest.raises(GatewayUnavailable):
        pay_order(order)
    ledger.silent_after = False
    return Payment.objects.get()


Pay = Callable[..., Any]


@pytest.fixture
def pay(shopper_client: Any, order: Order) -> Pay:
    """A way for `shopper` to pay `order` over HTTP."""

    def send(
        method: str = "success", *, key: str = "pay-1", gateway: str = "simulated", of: Any = None
    ) -> Any:
        return shopper_client.post(
            f"/api/v1/orders/{(of or order).public_id}/payments",
            {"gateway": gateway, "payment_method": method},
            headers={"Idempotency-Key": key},
        )

    return send


Tell = Callable[..., Any]


@pytest.fixture
def tell(ledger: type[LedgerGateway]) -> Tell:
    """A way for the gateway to tell, by webhook, of a `charge` or a `refund` in its books."""

    def send(*, signature: str = "truly", gateway: str = "ledger", **told: str) -> Any:
        return APIClient().post(
            f"/api/v1/payments/webhooks/{gateway}",
            json.dumps(told).encode(),
            content_type="application/json",
            headers={"Ledger-Signature": signature},
        )

    return send


@pytest.fixture
def promises_kept(db: None) -> Callable[[], None]:
    """The oracle: every invariant that `doctor` knows."""

    def check() -> None:
        assert [one for one in backoffice.check_invariants() if not one.is_kept] == []

    return check
