import pytest
from django.db import transaction
from django.utils import timezone

from apps.inventory.models import StockItem, StockMovement
from apps.orders import services
from apps.orders.models import Order, PastReturn
from apps.orders.past_errors import OrderImportedAlready, OrderTouched
from apps.orders.tests.past import (
    APRIL,
    MARCH,
    MAY,
    past_credit,
    past_customer,
    past_order,
    past_variant,
)
from apps.orders.tests.services.test_import_history import EVERY_PROMISE, imported
from tests.promises import broken_among


def taken_back(store, *returns, source="old-shop"):
    with transaction.atomic():
        return services.import_history(store=store, source=source, returns=returns, by=None)[1]


def test_a_part_comes_back_beside_the_order_that_stays_as_it_was(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    (order,) = imported(store, past_order("1", customer, (mug, 6, "2.50")))
    taken_back(store, past_credit("C2", customer, (mug, 2, "2.50")))
    order.refresh_from_db()
    row = order.past_returns.get()
    assert (row.order_line, row.quantity, str(row.money)) == (order.lines.get(), 2, "5.00 EUR")
    assert (order.state, str(order.total)) == ("delivered", "15.00 EUR")
    assert broken_among(EVERY_PROMISE) == []


def test_what_has_all_come_back_is_refunded_by_then(store):
    customer, mug, cup = (
        past_customer(store),
        past_variant(store, "MUG"),
        past_variant(store, "CUP"),
    )
    (order,) = imported(store, past_order("1", customer, (mug, 6, "2.50"), (cup, 1, "1")))
    taken_back(store, past_credit("C2", customer, (mug, 6, "2.50")))
    taken_back(store, past_credit("C3", customer, (cup, 1, "1"), at=MAY))
    order.refresh_from_db()
    assert (order.state, order.refunded_at) == ("refunded", MAY)
    assert [one.to_state for one in order.transitions.all()] == ["delivered", "refunded"]
    assert broken_among(EVERY_PROMISE) == []


def test_the_latest_order_gives_first_and_what_none_has_left_is_of_none(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    march, april, _ = imported(
        store,
        past_order("1", customer, (mug, 2, "1"), placed_at=MARCH),
        past_order("2", customer, (mug, 3, "1"), placed_at=APRIL),
        past_order("3", customer, (mug, 9, "1"), placed_at=MAY),
    )
    taken_back(store, past_credit("C4", customer, (mug, 6, "1"), at=APRIL))
    rows = PastReturn.objects.order_by("position").values_list("order", "quantity")
    assert list(rows) == [(april.pk, 3), (march.pk, 2), (None, 1)]
    assert broken_among(EVERY_PROMISE) == []


def test_nothing_comes_back_to_the_order_of_somebody_else_or_of_another_shop(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    imported(store, past_order("1", past_customer(store), (mug, 2, "1")))
    imported(store, past_order("1", customer, (mug, 2, "1")), source="older-shop")
    taken_back(
        store, past_credit("C2", customer, (mug, 1, "1")), past_credit("C3", None, (mug, 1, "1"))
    )
    assert set(PastReturn.objects.values_list("order", flat=True)) == {None}


def test_no_more_comes_back_to_a_line_than_it_had_in_one_import_or_two(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    (order,) = imported(store, past_order("1", customer, (mug, 3, "1")))
    taken_back(store, past_credit("C2", customer, (mug, 2, "1")))
    taken_back(
        store,
        past_credit("C3", customer, (mug, 2, "1")),
        past_credit("C4", customer, (mug, 2, "1")),
    )
    assert sum(order.past_returns.values_list("quantity", flat=True)) == 3
    assert broken_among(EVERY_PROMISE) == []


def test_stock_moves_as_it_did_and_what_is_on_hand_stays(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    imported(store, past_order("1", customer, (mug, 3, "1")))
    (first,) = taken_back(store, past_credit("C2", customer, (mug, 2, "1")))
    assert StockItem.objects.get().on_hand == 0
    told = StockMovement.objects.order_by("pk").values_list("kind", "quantity", "on_hand_after")
    assert list(told)[-2:] == [("past_return", 2, 2), ("adjusted", -2, 0)]
    assert StockMovement.objects.get(kind="past_return").reference == first.public_id
    assert broken_among(EVERY_PROMISE) == []


def test_a_credit_that_is_known_is_refused_and_nothing_is_written(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    taken_back(store, past_credit("C2", customer, (mug, 2, "1")))
    with pytest.raises(OrderImportedAlready):
        taken_back(store, past_credit("C2", customer, (mug, 1, "1")))
    assert PastReturn.objects.get().quantity == 2


def withdrawn(store, order, version=1):
    with transaction.atomic():
        return services.withdraw_order(
            store=store,
            order_id=order.public_id,
            expected_version=version,
            by=None,
            now=timezone.now(),
        )


def test_an_import_can_be_taken_back_and_the_right_file_may_follow(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    (order,) = imported(store, past_order("1", customer, (mug, 3, "1")))
    withdrawn(store, order)
    order.refresh_from_db()
    assert (order.state, order.paid_at) == ("canceled", None)
    imported(store, past_order("1", customer, (mug, 4, "1")))
    assert Order.objects.filter(external_number="1", withdrawn_at__isnull=True).count() == 1
    assert broken_among(EVERY_PROMISE) == []


def test_a_refunded_one_and_its_return_can_be_taken_back(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    (order,) = imported(store, past_order("1", customer, (mug, 3, "1")))
    (first,) = taken_back(store, past_credit("C2", customer, (mug, 3, "1")))
    with transaction.atomic():
        services.withdraw_return(
            store=store, return_id=first.public_id, by=None, now=timezone.now()
        )
    withdrawn(store, order)
    assert not PastReturn.objects.standing().exists()
    assert broken_among(EVERY_PROMISE) == []


def test_an_order_that_staff_have_worked_on_stays(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    (order,) = imported(store, past_order("1", customer, (mug, 3, "1")))
    services.update_order(store=store, order_id=order.public_id, by=None, staff_note="called her")
    with pytest.raises(OrderTouched):
        withdrawn(store, order)
    order.refresh_from_db()
    assert order.state == "delivered"
