"""Paying under attack: an order, its payment, and what the bank has taken and says of it."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from django.db.models import Sum
from django.utils import timezone

from apps.core.money import Money
from apps.orders.models import Order
from apps.payments.gateways.simulated_webhooks import sign
from apps.payments.models import Payment, SimulatedCharge, SimulatedRefund
from tests.shop import Answer, Buyer, Shop


@dataclass
class Sale:
    """An order over 4.90 for shipping and one thing for 10.00, which nobody else wants."""

    shop: Shop
    buyer: Buyer
    order: Order

    @classmethod
    def of(cls, shop: Shop) -> "Sale":
        """This function will place an order of somebody new."""
        buyer = shop.newcomer()
        placed = buyer.order((shop.goods(stock=10), 1))
        assert placed.status == 201
        return cls(shop, buyer, Order.objects.get(public_id=placed.body["id"]))

    def pay(self, method: str = "success", *, key: str = "") -> Answer:
        """This function will pay the order."""
        body = {"gateway": "simulated", "payment_method": method}
        path = f"orders/{self.order.public_id}/payments"
        return self.buyer.call("POST", path, body, key=key or str(uuid4()))

    def cancel(self) -> Answer:
        """This function will cancel the order."""
        return self.buyer.call("POST", f"orders/{self.order.public_id}/cancel", {})

    def refunds(self, amount: str = "", *, count: int) -> list[Callable[[], Answer]]:
        """This function will return so many ways to give a part back, or all, each with a key."""
        body = {"amount": {"amount": amount, "currency": "EUR"}} if amount else {}
        path, staff = f"payments/{self.payment.public_id}/refunds", self.shop.staff()
        return [partial(staff.call, "POST", path, body, key=str(uuid4())) for _ in range(count)]

    @property
    def payment(self) -> Payment:
        """The one payment of the order."""
        return Payment.objects.get(order=self.order)

    @property
    def state(self) -> str:
        """How the order stands."""
        self.order.refresh_from_db()
        return self.order.state

    @property
    def charges(self) -> Any:
        """What the bank has in its books."""
        return SimulatedCharge.objects.filter(metadata__order=str(self.order.public_id))

    @property
    def taken(self) -> Money:
        """What the bank has taken from the buyer."""
        return _sum(self.charges.aggregate(sum=Sum("captured_amount"))["sum"])

    @property
    def given_back(self) -> Money:
        """What the bank has given back to the buyer."""
        refunds = SimulatedRefund.objects.filter(charge__in=self.charges)
        return _sum(refunds.aggregate(sum=Sum("amount"))["sum"])

    def acted(self) -> None:
        """This function will have the buyer succeed at 3-D Secure; nobody is told of it yet."""
        for charge in self.charges.filter(outcome="requires_action"):
            charge.settle()

    def webhook(self, *, event_id: str = "") -> Callable[[], Answer]:
        """This function will return a way for the bank to tell that it took the money."""
        (charge,) = self.charges
        told = {
            "id": event_id or str(uuid4()),
            "type": "charge.captured",
            "livemode": False,
            "charge": {
                "reference": charge.reference,
                "outcome": "captured",
                "amount": {"amount": "14.90", "currency": "EUR"},
                "failure_code": "",
                "metadata": charge.metadata,
            },
        }
        signature = sign(json.dumps(told).encode(), at=int(timezone.now().timestamp()))
        bank = Buyer(self.shop.url, headers={"Simulated-Signature": signature})
        return partial(bank.call, "POST", "payments/webhooks/simulated", told)


def soon(act: Callable[[], Answer], *, seconds: float) -> Callable[[], Answer]:
    """This function will return an act that hesitates: two that begin at the same moment meet in
    the same place each time."""

    def hesitate() -> Answer:
        time.sleep(random.uniform(0, seconds))
        return act()

    return hesitate


def _sum(amount: Decimal | None) -> Money:
    return Money(amount or Decimal(0), "EUR")
