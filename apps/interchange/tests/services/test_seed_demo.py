"""A smaller shop than the real one, so that it is seeded quickly: every tenth product, two days.
Pictures are made of nothing; `tests/demo` looks at the real ones."""

import importlib
import io
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, Sum
from django.utils import timezone
from PIL import Image

from apps.accounts.models import Address, User
from apps.catalog import services as catalog
from apps.catalog.models import Product, ProductImage, Review
from apps.events.models import Delivery, OutboxEvent
from apps.interchange import services
from apps.interchange.demo import story
from apps.interchange.demo.people import PASSWORD, SHOPPER_EMAIL, STAFF_EMAIL
from apps.interchange.errors import NotADemoShop
from apps.inventory.models import Reservation
from apps.orders.models import Invoice, Order, Shipment
from apps.payments.models import Payment, Refund
from apps.recommendations.models import CoPurchase

pytestmark = pytest.mark.django_db


def small_picture(path: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(autouse=True)
def _smaller(monkeypatch, unprinted_invoices):
    products = importlib.import_module("apps.interchange.services.seed_products")
    demo = importlib.import_module("apps.interchange.services.seed_demo")
    every_tenth = demo.read_goods(currency="EUR")[::10]
    monkeypatch.setattr(products, "picture_for", small_picture)
    monkeypatch.setattr(demo, "read_goods", lambda *, currency: every_tenth)
    monkeypatch.setattr(story, "DAYS", 2)


@pytest.fixture
def seed(store) -> Callable[..., list[str]]:
    def run(*, now: datetime | None = None) -> list[str]:
        told: list[str] = []
        services.seed_demo(store=store, now=now or timezone.now(), tell=told.append)
        return told

    return run


def test_invoices_say_who_sells(seed, store):
    store.tax_number = "DE 987"
    store.save()
    seed()
    seller = Invoice.objects.order_by("pk")[0].content.seller
    assert asdict(seller) == {
        "name": "Tradepost Demo GmbH",
        "address": ["Am Hafen 1", "20457 Hamburg", "Germany"],
        "tax_number": "DE 987",
        "email": "shop@tradepost.example",
    }


def assert_buyers_have_written(*, until: datetime) -> None:
    assert Review.objects.exists()
    assert not Review.objects.exclude(is_verified=True).exists()
    assert not Review.objects.filter(created_at__gt=until).exists()
    rated = Product.objects.aggregate(count=Sum("rating_count"))
    assert rated["count"] == Review.objects.count()


def test_a_seeded_shop_is_alive_and_healthy(seed, store, monkeypatch):
    monkeypatch.setattr(story, "DAYS", 8)
    now = timezone.now()
    seed(now=now)

    store.refresh_from_db()
    assert store.name == "Tradepost Demo"
    assert Product.objects.count() == 8
    assert Product.objects.filter(is_featured=True).exists()
    assert ProductImage.objects.exclude(file="").exists()

    states = dict(Order.objects.values_list("state").annotate(Count("pk")))
    assert states["pending"] == 3
    assert states["paid"] >= 1
    assert states["shipped"] >= 1
    assert states["delivered"] >= 10
    shipments = Shipment.objects.filter(order__state__in=["shipped", "delivered"])
    assert shipments.count() == states["shipped"] + states["delivered"]
    assert set(shipments.values_list("carrier", flat=True)) == {"Parcel Post"}
    assert Order.objects.filter(placed_at__lt=now - timedelta(days=6)).exists()
    for order in Order.objects.exclude(paid_at=None):
        assert order.paid_at - order.placed_at == timedelta(minutes=3)

    held = Reservation.objects.active()
    assert set(held.values_list("reference", flat=True)) == set(
        Order.objects.filter(state="pending").values_list("public_id", flat=True)
    )
    assert not held.filter(expires_at__lte=now).exists()
    assert CoPurchase.objects.exists()
    assert_buyers_have_written(until=now)
    assert not Delivery.objects.exclude(state="done").exists()
    assert not OutboxEvent.objects.filter(position=None).exists()
    call_command("doctor", stdout=io.StringIO())


def test_canceled_orders_have_their_money_back(seed, monkeypatch):
    mishaps = ((story.Ending.CALLED_OFF, 50), (story.Ending.DECLINED, 50))
    monkeypatch.setattr(story, "_MISHAPS", mishaps)
    seed()
    called_off = Payment.objects.filter(state="captured", order__state="canceled")
    assert called_off.exists()
    assert all(payment.refunded_amount == payment.amount for payment in called_off)
    assert set(Refund.objects.values_list("state", flat=True)) == {"succeeded"}
    for refund in Refund.objects.select_related("payment__order"):
        called_off_after = refund.succeeded_at - refund.payment.order.placed_at
        assert called_off_after == timedelta(hours=5)
    assert Payment.objects.filter(state="failed", failure_code="card_declined").exists()
    call_command("doctor", stdout=io.StringIO())


def test_seeding_again_changes_nothing(seed, store):
    seed()
    catalog.create_product(store=store, by=None, title="Ours too by now")
    events = OutboxEvent.objects.count()
    told = seed(now=timezone.now() + timedelta(hours=2))
    assert OutboxEvent.objects.count() == events
    assert told[1] == "0 created, 0 changed, 8 unchanged, 0 refused"


def test_an_interrupted_run_is_taken_up_again(seed, monkeypatch):
    demo = importlib.import_module("apps.interchange.services.seed_orders")
    whole = demo.seed_order
    placed = []

    def interrupted(**options):
        if len(placed) == 5:
            raise KeyboardInterrupt
        placed.append(whole(**options))

    monkeypatch.setattr(demo, "seed_order", interrupted)
    with pytest.raises(KeyboardInterrupt):
        seed()
    assert Order.objects.count() == 5
    monkeypatch.setattr(demo, "seed_order", whole)
    seed(now=timezone.now() + timedelta(minutes=1))
    times = list(Order.objects.values_list("placed_at", flat=True))
    assert len(times) == len(set(times)) > 10


def test_known_log_ins_work_and_others_have_none(seed, store):
    seed()
    staff = User.objects.with_email(store=store, email=STAFF_EMAIL)
    shopper = User.objects.with_email(store=store, email=SHOPPER_EMAIL)
    assert (staff.is_staff, staff.is_superuser) == (True, True)
    assert (shopper.is_staff, shopper.is_superuser) == (False, False)
    assert staff.check_password(PASSWORD)
    assert shopper.check_password(PASSWORD)
    others = User.objects.exclude(pk__in=[staff.pk, shopper.pk])
    assert others.count() == 26
    assert [one.email for one in others if one.has_usable_password()] == []
    assert Address.objects.filter(is_default=True).count() == 27


def test_a_shop_with_products_of_its_own_is_left_alone(seed, store):
    catalog.create_product(store=store, by=None, title="Ours")
    events = OutboxEvent.objects.count()
    with pytest.raises(NotADemoShop) as refused:
        seed()
    assert refused.value.code == "not_a_demo_shop"
    assert (
        refused.value.detail == "Tradepost has products of its own: the demo would mix with them."
    )
    assert OutboxEvent.objects.count() == events
    assert not User.objects.exists()
    store.refresh_from_db()
    assert store.name == "Tradepost"
