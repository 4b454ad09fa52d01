from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.core.money import Money
from apps.orders.invoice_content import InvoiceContent, InvoiceLine
from apps.orders.models import Order
from apps.orders.tests.factories import printed

ORDER = Order(
    number="K7QF-9W2M",
    placed_at=datetime(2026, 11, 19, 12, tzinfo=UTC),
    currency="EUR",
    subtotal_amount=Decimal("10.00"),
    discount_amount=Decimal("0.00"),
    shipping_amount=Decimal("4.90"),
    tax_rate=Decimal("0.1900"),
    prices_include_tax=True,
    shipping_address={"full_name": "Ada Lovelace"},
)


def test_what_is_stored_is_what_is_read():
    content = printed(ORDER, corrects="2026-000001", reason="Arrived broken")
    assert InvoiceContent.from_json(content.as_json(), currency="EUR") == content


@pytest.mark.parametrize(
    ("currency", "amount", "stored"),
    [("EUR", "10.0000", "10.00"), ("JPY", "1000.0000", "1000"), ("KWD", "1.5000", "1.500")],
)
def test_amounts_are_stored_with_the_decimals_of_their_currency(currency, amount, stored):
    price = Money(Decimal(amount), currency)
    thing = InvoiceLine(
        sku="", title="A thing", variant_title="", quantity=1, unit_price=price, total=price
    )
    snapshot = printed(ORDER, lines=[thing]).as_json()
    assert snapshot["lines"][0]["unit_price"] == stored
    assert InvoiceContent.from_json(snapshot, currency=currency).lines[0].total == price


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [("UTC", "2026-12-31"), ("Europe/Berlin", "2027-01-01"), ("Pacific/Honolulu", "2026-12-31")],
)
def test_a_day_is_that_of_the_store(time_zone, day):
    content = printed(ORDER, time_zone=time_zone)
    assert content.date_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == day
