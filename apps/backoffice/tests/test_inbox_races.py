"""Several of staff who settle the same entry of the inbox at the same moment."""

from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.backoffice import services as backoffice
from apps.backoffice.tests.test_inbox import failed_refund, flagged, held, unfillable
from apps.events.models import OutboxEvent
from apps.payments.models import Payment, Refund
from tests.threads import ended_at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]


def settle_at_once(store, kind, row, fix) -> list[str]:
    """By four at once, who have all been shown the same."""
    (entry,) = (
        one
        for one in backoffice.find_exceptions(
            store=store, kinds=backoffice.exception_kinds(), now=timezone.now()
        )
        if one.kind.name == kind
    )
    settle = partial(
        backoffice.settle_exception,
        store=store,
        kind=entry.kind,
        fix=entry.kind.fix_named(fix),
        key=row.pk,
        told=entry.told,
        now=timezone.now(),
    )
    clerks = [UserFactory(store=store, is_staff=True, roles=["admin"]) for _ in range(4)]
    return ended_at_once(*[partial(settle, by=clerk) for clerk in clerks])


def test_money_that_came_for_nothing_goes_back_once(store, ledger):
    payment = unfillable(store)

    settle_at_once(store, "paid-without-stock", payment, "give-back")

    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("34.90")
    assert [refund.amount for refund in Refund.objects.all()] == [Decimal("34.90")]
    assert [money.amount for money in ledger.given_back.values()] == [Decimal("34.90")]


def test_a_failed_refund_is_made_again_once(store, ledger):
    refund = failed_refund(store)

    ended = settle_at_once(store, "failed-refund", refund, "refund-again")

    assert ended.count("done") == 1
    assert Refund.objects.exclude(pk=refund.pk).count() == 1
    assert len(ledger.given_back) == 1


def test_what_was_held_is_sent_back_once(store, ledger):
    payment = held(store)

    settle_at_once(store, "held-payment", payment, "send-back")

    assert Payment.objects.get().state == "canceled"
    assert OutboxEvent.objects.filter(name="payment.canceled").count() <= 1


def test_one_of_them_has_looked(store):
    order = flagged(store)

    ended = settle_at_once(store, "flagged-order", order, "clear")

    assert set(ended) <= {"done", "not_wrong"}
    assert "done" in ended
    assert OutboxEvent.objects.filter(name="order.flag_cleared").count() == 1


@pytest.mark.thorough
def test_mutant_without_the_lock_all_of_them_have_looked(store, without_locks):
    order = flagged(store)

    ended = settle_at_once(store, "flagged-order", order, "clear")

    assert ended == ["done"] * 4
    assert OutboxEvent.objects.filter(name="order.flag_cleared").count() == 4
