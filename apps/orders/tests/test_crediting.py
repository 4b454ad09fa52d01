from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import CurrencyMismatch, Money
from apps.orders.crediting import credited_tax
from apps.orders.totals import Line, add_up


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("amount", "before", "rate", "tax"),
    [
        ("11.90", "0", "0.19", "1.90"),
        ("14.90", "0", "0.19", "2.38"),
        ("0.03", "0", "0.19", "0.00"),
        ("0.04", "0", "0.19", "0.01"),
        ("0.01", "0.03", "0.19", "0.01"),
        ("5.00", "0", "0", "0.00"),
        ("5.00", "0", "1", "2.50"),
        ("0.01", "0", "1", "0.01"),
        ("0.01", "0.01", "1", "0.00"),
    ],
)
def test_tax_is_the_rates_share_of_what_goes_back(amount, before, rate, tax):
    share = credited_tax(amount=eur(amount), before=eur(before), tax_rate=Decimal(rate))
    assert share == eur(tax)


def test_money_without_decimals_is_credited_in_whole_units():
    yen = credited_tax(
        amount=Money(Decimal(1000), "JPY"), before=Money(Decimal(0), "JPY"), tax_rate=Decimal("0.1")
    )
    assert yen == Money(Decimal(91), "JPY")


def test_two_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        credited_tax(amount=eur("1.00"), before=Money(Decimal(1), "USD"), tax_rate=Decimal("0.19"))


@given(
    prices=st.lists(st.integers(1, 100_000), min_size=1, max_size=5),
    rate=st.decimals(0, 1, places=4),
    prices_include_tax=st.booleans(),
    cuts=st.lists(st.integers(1, 500_000), max_size=8),
)
def test_notes_over_the_whole_invoice_credit_its_tax_to_the_cent(
    prices, rate, prices_include_tax, cuts
):
    totals = add_up(
        [Line(unit_price=Money(Decimal(cents) / 100, "EUR"), quantity=1) for cents in prices],
        discount=eur("0"),
        shipping=eur("4.90"),
        tax_rate=rate,
        prices_include_tax=prices_include_tax,
    )
    before, credited = eur("0"), eur("0")
    for cut in [*cuts, None]:
        left = totals.total - before
        amount = left if cut is None else min(left, Money(Decimal(cut) / 100, "EUR"))
        tax = credited_tax(amount=amount, before=before, tax_rate=rate)
        assert eur("0") <= tax <= amount
        before, credited = before + amount, credited + tax
    assert credited == totals.tax
