"""Comparing books with the gateways, by hand."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.orders.models import Invoice, Order
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment
from apps.payments.tests.factories import PaymentFactory, pay_order, place_order


def reconcile(*arguments: str) -> tuple[int, list[str], list[str]]:
    """Exit status, what it said, and what it complained of."""
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("reconcile_payments", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        status = error.returncode
        err.write(f"{error}\n")
    return status, out.getvalue().splitlines(), err.getvalue().splitlines()


def test_heals_what_nobody_has_told_us(order, lost, promises_kept):
    assert reconcile() == (
        0,
        [
            f"{order.number} {lost.public_id} was created, is captured",
            "1 asked about, 1 healed, 0 not settled",
        ],
        [],
    )
    order.refresh_from_db()
    assert order.state == "paid"
    assert Invoice.objects.count() == 1
    promises_kept()


def test_has_nothing_to_do_when_the_books_agree(order, ledger):
    pay_order(order)
    for _ in range(2):
        assert reconcile() == (0, ["1 asked about, 0 healed, 0 not settled"], [])
    assert len(ledger.taken) == 1


def test_has_nothing_to_do_in_an_empty_shop(store):
    assert reconcile() == (0, ["0 asked about, 0 healed, 0 not settled"], [])


def test_finds_money_that_came_after_a_payment_was_given_up(order, ledger, tell):
    payment = pay_order(order, "action")
    tell(charge=payment.gateway_reference, outcome="failed")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    status, out, _ = reconcile()
    assert (status, out[0]) == (0, f"{order.number} {payment.public_id} was failed, is captured")
    assert Order.objects.get().state == "paid"


def test_ends_with_status_1_and_names_what_is_not_settled(order, lost, ledger, shopper):
    ledger.silent_before = True
    assert reconcile() == (
        1,
        ["1 asked about, 0 healed, 1 not settled"],
        [
            f"{order.number} {lost.public_id} created: The payment gateway does not answer",
            "Not every payment could be settled.",
        ],
    )


def test_one_that_is_not_settled_keeps_no_other_waiting(order, lost, shopper):
    odd = PaymentFactory(order=place_order(customer=shopper), gateway="gone", state="failed")
    status, out, err = reconcile()
    assert (status, out[-1]) == (1, "2 asked about, 1 healed, 1 not settled")
    assert err[0].startswith(f"{odd.order.number} {odd.public_id} failed: ")
    assert Order.objects.get(pk=order.pk).state == "paid"


def test_what_is_held_for_staff_is_not_settled(order, lost, ledger):
    ledger.change(f"taken_{lost.gateway_idempotency_key}", livemode=True)
    status, out, err = reconcile()
    assert (status, out) == (1, ["1 asked about, 0 healed, 1 not settled"])
    assert "livemode" in err[0]
    assert Order.objects.get().state == "pending"


def test_asks_about_the_payments_of_an_order_however_its_number_is_typed(order, lost, shopper):
    pay_order(place_order(customer=shopper), "slow")
    typed = order.number.replace("-", "").lower()
    assert reconcile("--order", typed)[1][-1] == "1 asked about, 1 healed, 0 not settled"
    assert Payment.objects.filter(state="processing").count() == 1


@pytest.mark.django_db(transaction=True)
def test_asks_about_chosen_payments(order, lost, shopper):
    other = pay_order(place_order(customer=shopper), "slow")
    out = reconcile("--payment", str(other.public_id), "--payment", str(lost.public_id))[1]
    assert out[-1] == "2 asked about, 2 healed, 0 not settled"


def test_asks_about_three_days_or_what_is_said(order, lost):
    now = timezone.now()
    Payment.objects.update(created_at=now - timedelta(days=4))
    none, one = "0 asked about, 0 healed, 0 not settled", "1 asked about, 0 healed, 1 not settled"
    assert reconcile()[1][-1] == none
    assert reconcile("--days", "5", "--until", f"{now - timedelta(days=4, hours=1)}")[1][-1] == none
    assert reconcile("--since", f"{now - timedelta(days=3, hours=23)}")[1][-1] == none
    # It is too old to be asked for once more, and its charge is not known.
    assert reconcile("--since", f"{now - timedelta(days=4, hours=1)}")[1][-1] == one


def test_asks_one_gateway(order, lost, ledger):
    assert reconcile("--gateway", "simulated")[1][-1] == "0 asked about, 0 healed, 0 not settled"
    assert reconcile("--gateway", "ledger")[1][-1] == "1 asked about, 1 healed, 0 not settled"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--days", "0"], "argument --days: '0' is no number of days from 1 to 3650"),
        (["--days", "-1"], "argument --days: '-1' is no number of days"),
        (["--days", "1e9"], "argument --days: '1e9' is no number of days"),
        (["--days", "9" * 5000], "is no number of days from 1 to 3650"),
        (["--days", "٣"], "is no number of days"),
        (
            ["--since", "yesterday"],
            "'yesterday' is neither a time like 2026-11-20T18:30 nor like 2h",
        ),
        (["--since", "2026-02-30"], "'2026-02-30' is neither a time"),
        (["--since", "0001-01-01T00:00:00+23:59"], "is neither a time"),
        (["--until", ""], "'' is neither a time"),
        (["--payment", "17"], "'17' is no id of a payment"),
        (["--order", "17"], "'17' is no number of an order"),
        (["--order", "AAAA-AAAA"], "There is no payment of this name: AAAA-AAAA."),
        (["--payment", "0" * 32], "There is no payment of this name: 00000000-0000-"),
        (["--gateway", "paypal"], "No gateway is called paypal."),
        (
            ["--since", "2026-11-20", "--until", "2026-11-19"],
            "Nothing is between 2026-11-20 00:00 and 2026-11-19 00:00.",
        ),
        (["--everything"], "unrecognized arguments: --everything"),
    ],
)
def test_says_what_is_wrong_with_what_was_typed(order, lost, arguments, complaint):
    status, out, err = reconcile(*arguments)
    assert status == 1
    assert complaint in err[0]
    assert out == []
    assert Payment.objects.get().state == "created"
