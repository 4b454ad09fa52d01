from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import CurrencyMismatch, Money
from apps.orders.totals import Line, add_up, store_totals
from apps.stores.models import Store


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def line(price: str, quantity: int) -> Line:
    return Line(unit_price=euros(price), quantity=quantity)


def test_tax_is_taken_out_of_prices_that_include_it():
    totals = add_up(
        [line("19.99", 2), line("5.00", 1)],
        discount=euros("0"),
        shipping=euros("4.90"),
        tax_rate=Decimal("0.19"),
        prices_include_tax=True,
    )
    assert totals.subtotal == euros("44.98")
    assert totals.shipping == euros("4.90")
    assert totals.tax == euros("7.96")
    assert totals.total == euros("49.88")


def test_tax_is_added_to_prices_that_exclude_it():
    totals = add_up(
        [line("19.99", 2), line("5.00", 1)],
        discount=euros("0"),
        shipping=euros("4.90"),
        tax_rate=Decimal("0.19"),
        prices_include_tax=False,
    )
    assert totals.tax == euros("9.48")
    assert totals.total == euros("59.36")


def test_a_discount_lowers_the_tax():
    totals = add_up(
        [line("100.00", 1)],
        discount=euros("20.00"),
        shipping=euros("0"),
        tax_rate=Decimal("0.25"),
        prices_include_tax=False,
    )
    assert totals.tax == euros("20.00")
    assert totals.total == euros("100.00")


def test_a_discount_never_exceeds_the_goods():
    totals = add_up(
        [line("3.00", 1)],
        discount=euros("5.00"),
        shipping=euros("4.90"),
        tax_rate=Decimal("0"),
        prices_include_tax=True,
    )
    assert totals.discount == euros("3.00")
    assert totals.total == euros("4.90")


def test_halves_are_rounded_up_once_for_a_line():
    # 3 * 0.335 is 1.005; rounding each piece first would give 1.02.
    assert line("0.335", 3).total == euros("1.01")


def test_a_currency_without_decimals_is_charged_in_whole_units():
    totals = add_up(
        [Line(unit_price=Money(Decimal(1980), "JPY"), quantity=3)],
        discount=Money(Decimal(0), "JPY"),
        shipping=Money(Decimal(500), "JPY"),
        tax_rate=Decimal("0.10"),
        prices_include_tax=True,
    )
    assert totals.tax == Money(Decimal(585), "JPY")
    assert totals.total == Money(Decimal(6440), "JPY")


def test_nothing_ships_for_nothing():
    totals = store_totals([], store=Store())
    assert totals.shipping == euros("0")
    assert totals.total == euros("0")


def test_a_store_brings_its_tax_and_shipping():
    store = Store(tax_rate=Decimal("0.07"), shipping_amount=Decimal("2.50"))
    totals = store_totals([line("10.00", 1)], store=store)
    assert totals.tax == euros("0.82")
    assert totals.total == euros("12.50")


def test_two_currencies_do_not_add():
    with pytest.raises(CurrencyMismatch):
        add_up(
            [line("1.00", 1)],
            discount=Money(Decimal(0), "USD"),
            shipping=Money(Decimal(1), "USD"),
            tax_rate=Decimal(0),
            prices_include_tax=True,
        )


cents = st.integers(min_value=0, max_value=10**8).map(lambda n: Money(Decimal(n) / 100, "EUR"))
lines = st.lists(
    st.builds(Line, unit_price=cents, quantity=st.integers(min_value=1, max_value=999)),
    max_size=20,
)
rates = st.integers(min_value=0, max_value=10_000).map(lambda n: Decimal(n) / 10_000)


@given(lines=lines, discount=cents, shipping=cents, rate=rates, included=st.booleans())
def test_the_parts_always_add_up_to_the_total(lines, discount, shipping, rate, included):
    totals = add_up(
        lines, discount=discount, shipping=shipping, tax_rate=rate, prices_include_tax=included
    )
    before_tax = totals.subtotal - totals.discount + totals.shipping
    assert totals.total == (before_tax if included else before_tax + totals.tax)
    assert totals.subtotal == Money.total((one.total for one in lines), currency="EUR")
    assert euros("0") <= totals.discount <= totals.subtotal


@given(lines=lines, discount=cents, shipping=cents, rate=rates, included=st.booleans())
def test_every_part_is_exact_in_the_currency_and_not_negative(
    lines, discount, shipping, rate, included
):
    totals = add_up(
        lines, discount=discount, shipping=shipping, tax_rate=rate, prices_include_tax=included
    )
    for part in (totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.total):
        assert part == part.rounded()
        assert part >= euros("0")


@given(lines=lines, shipping=cents, rate=rates)
def test_the_tax_in_a_price_is_the_tax_on_its_net_amount(lines, shipping, rate):
    totals = add_up(
        lines, discount=euros("0"), shipping=shipping, tax_rate=rate, prices_include_tax=True
    )
    net = totals.total - totals.tax
    assert abs((net * rate - totals.tax).amount) <= Decimal("0.01")


@given(lines=lines, shipping=cents, rate=rates, included=st.booleans())
def test_the_order_of_lines_does_not_matter(lines, shipping, rate, included):
    def reckon(some):
        return add_up(
            some,
            discount=euros("0"),
            shipping=shipping,
            tax_rate=rate,
            prices_include_tax=included,
        )

    assert reckon(lines) == reckon(lines[::-1])
