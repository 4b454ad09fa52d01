"""A review says that its author bought the product when, and as long as, that is so."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog import services as catalog
from apps.catalog.models import Review
from apps.catalog.tests.factories import ReviewFactory, VariantFactory
from apps.core.locking import LockingQuerySet
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.orders import queries, services
from apps.orders.models import Order, OrderLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, goods
from tests.statements import at_most
from tests.threads import at_once

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
VERDICTS = ("review.verified", "review.verification_withdrawn")


@pytest.fixture
def mug(store):
    return goods(store=store)


def order_of(variant, customer, *, state="paid", shipped=0):
    order = OrderFactory(customer=customer, state=state, line=None, shipment=False)
    OrderLineFactory(order=order, variant=variant, shipped_quantity=shipped)
    return order


def review_of(variant, author):
    return catalog.create_review(
        store=author.store,
        product_id=variant.product_id,
        author=author,
        by=author,
        now=timezone.now(),
        rating=Decimal("4.0"),
    )


def placed(variant, customer):
    return services.place_order_from_lines(
        store=customer.store,
        customer=customer,
        lines=[services.RequestedLine(variant=variant.sku, quantity=1)],
        shipping_address={},
        by=customer,
        now=NOON,
    )


@transaction.atomic
def pay(order):
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    services.mark_order_paid(order=locked, by=order.customer, now=NOON)


def cancel(order):
    services.cancel_order(store=order.store, order_id=order.public_id, by=None, reason="", now=NOON)


@transaction.atomic
def refund(order):
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    services.mark_order_refunded(order=locked, by=None, now=NOON)


@transaction.atomic
def look(review):
    services.verify_reviews(
        customer_id=review.author.public_id, product_ids=[review.product.public_id]
    )


def deliver():
    while events.deliver_pending():
        pass


def is_verified():
    return Review.objects.get().is_verified


def verdicts():
    told = OutboxEvent.objects.filter(name__in=VERDICTS).order_by("pk")
    return list(told.values_list("name", flat=True))


# --- who is a buyer ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "shipped", "bought"),
    [
        ("pending", 0, False),
        ("paid", 0, True),
        ("shipped", 1, True),
        ("delivered", 1, True),
        ("canceled", 0, False),
        ("refunded", 0, False),
        ("refunded", 1, True),
    ],
)
def test_what_was_paid_and_not_taken_back_before_it_left_is_bought(
    shopper, mug, state, shipped, bought
):
    order_of(mug, shopper, state=state, shipped=shipped)

    found = queries.products_bought(customer=shopper, product_ids=[mug.product_id])

    assert found == ({mug.product_id} if bought else set())


def test_any_variant_of_the_product_will_do_and_no_other_product(store, shopper, mug):
    order_of(VariantFactory(product=mug.product, option_values=["M"]), shopper)
    other = goods(store=store)
    order_of(other, UserFactory(store=store))

    wanted = [mug.product_id, other.product_id]

    assert queries.products_bought(customer=shopper, product_ids=wanted) == {mug.product_id}


# --- by what happens -----------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_buyer_writes(shopper, mug):
    order_of(mug, shopper)

    review = review_of(mug, shopper)
    assert not is_verified()
    deliver()

    assert is_verified()
    assert verdicts() == ["review.verified"]
    told = OutboxEvent.objects.get(name="review.verified")
    assert (told.aggregate_id, told.actor) == (review.public_id, "system")
    review.refresh_from_db()
    assert review.version == 1
    assert not Delivery.objects.exclude(state="done").exists()


@pytest.mark.django_db(transaction=True)
def test_somebody_else_writes(store, shopper, mug):
    order_of(mug, UserFactory(store=store))

    review_of(mug, shopper)
    deliver()

    assert not is_verified()
    assert verdicts() == []


@pytest.mark.django_db(transaction=True)
def test_a_writer_buys_later_and_calls_it_off(shopper, mug):
    review_of(mug, shopper)
    order = placed(mug, shopper)
    deliver()
    assert not is_verified()

    pay(order)
    deliver()
    assert is_verified()

    cancel(order)
    deliver()
    assert not is_verified()
    assert verdicts() == ["review.verified", "review.verification_withdrawn"]


@pytest.mark.django_db(transaction=True)
def test_of_two_orders_one_is_enough(shopper, mug):
    review_of(mug, shopper)
    first, second = placed(mug, shopper), placed(mug, shopper)
    pay(first)
    pay(second)
    deliver()

    refund(first)
    deliver()
    assert is_verified()

    refund(second)
    deliver()
    assert not is_verified()


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_stays_bought_though_it_is_refunded(shopper, mug):
    review_of(mug, shopper)
    order = placed(mug, shopper)
    pay(order)
    services.ship_order(store=order.store, order_id=order.public_id, by=None, now=NOON)
    refund(Order.objects.get(pk=order.pk))
    deliver()

    assert is_verified()


def test_an_order_asks_little_however_much_is_in_it(store, shopper):
    order = OrderFactory(customer=shopper, state="paid", line=None)
    for place in range(8):
        line = OrderLineFactory(order=order, position=place)
        ReviewFactory(product=line.variant.product, author=shopper)

    with at_most(5):  # the lines, the reviews, the purchases, the marks, the events
        services.verify_buyer(order_id=order.public_id)

    assert Review.objects.filter(is_verified=True).count() == 8


def test_an_order_of_what_nobody_has_reviewed_asks_twice(shopper, mug):
    order = order_of(mug, shopper)

    with at_most(2):
        services.verify_buyer(order_id=order.public_id)


# --- at once -------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_review_is_written_while_its_order_is_paid(store, mug):
    for _ in range(3):
        shopper = UserFactory(store=store)
        order = placed(mug, shopper)

        at_once(partial(review_of, mug, shopper), partial(pay, order))
        at_once(*[deliver] * 3)

        review = Review.objects.get(author=shopper)
        assert review.is_verified
        told = OutboxEvent.objects.filter(aggregate_id=review.public_id, name__in=VERDICTS)
        assert [one.name for one in told] == ["review.verified"]
        assert not Delivery.objects.exclude(state="done").exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_who_look_at_once_tell_it_once(shopper, mug):
    order_of(mug, shopper)
    review = ReviewFactory(product=mug.product, author=shopper)

    at_once(*[partial(look, review)] * 10)

    assert is_verified()
    assert verdicts() == ["review.verified"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_mutant_without_the_lock_of_the_review_it_is_told_again_and_again(
    shopper, mug, without_locks
):
    order_of(mug, shopper)
    review = ReviewFactory(product=mug.product, author=shopper)

    at_once(*[partial(look, review)] * 5)

    assert len(verdicts()) > 1


@pytest.fixture
def answer_gone_stale(monkeypatch, mug, shopper):
    """An order is called off. Between asking what is bought and noting it, another one is paid and
    its subscriber looks too, as far as it gets."""
    asked = queries.products_bought
    answered, looked = Event(), Event()
    review = ReviewFactory(product=mug.product, author=shopper, is_verified=True)
    gone, kept = order_of(mug, shopper), order_of(mug, shopper, state="pending")

    def products_bought(**options):
        answer = asked(**options)
        if not answered.is_set():
            answered.set()
            looked.wait(0.4)
        return answer

    def call_off():
        Order.objects.filter(pk=gone.pk).update(state="canceled")
        look(review)

    def pay_other():
        answered.wait(30)
        Order.objects.filter(pk=kept.pk).update(state="paid", paid_at=NOON)
        look(review)
        looked.set()

    monkeypatch.setattr(queries, "products_bought", products_bought)
    return partial(at_once, call_off, pay_other)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_last_word_is_the_right_one(answer_gone_stale):
    answer_gone_stale()

    assert is_verified()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_mutant_without_the_lock_of_the_review_a_stale_answer_takes_the_badge_from_a_buyer(
    answer_gone_stale, monkeypatch
):
    monkeypatch.setattr(LockingQuerySet, "locked", lambda rows, **_: list(rows.order_by("pk")))

    answer_gone_stale()

    assert not is_verified()
    assert OrderLine.objects.filter(order__state="paid").exists()
