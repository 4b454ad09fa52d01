"""The numbers of a hand-made shop, in Auckland, on a day in November at nine in the evening."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.scopes import SCOPES_OF, Role, Scope
from apps.accounts.tests.factories import UserFactory
from apps.backoffice import queries
from apps.backoffice.dashboard import read_dashboard
from apps.backoffice.tests.factories import DeliveryFactory, OutboxEventFactory
from apps.core.ids import uuid7_at
from apps.inventory.models import StockItem
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    StockMovementFactory,
)
from apps.orders.models import PastReturn
from apps.orders.tests.factories import CartFactory, OrderFactory, OrderLineFactory
from apps.payments.tests.factories import PaymentFactory, RefundFactory
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

AUCKLAND = ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 11, 27, 21, 0, tzinfo=AUCKLAND)
MIDNIGHT = datetime(2026, 11, 27, tzinfo=AUCKLAND)
SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(store):
    store.time_zone = "Pacific/Auckland"
    store.save()
    return store


def operator(store):
    return UserFactory(store=store, is_staff=True, is_superuser=True)


def sale(store, moment, total="14.90", **given):
    """An order that was paid then; all but the total is of no interest."""
    amounts = {"total_amount": Decimal(total), "subtotal_amount": Decimal(total)}
    return OrderFactory(
        customer__store=store,
        placed_at=moment,
        shipping_amount=Decimal(0),
        **{"state": "paid", "line": None, **amounts, **given},
    )


def refund(order, amount, at, **payment):
    paid = PaymentFactory(order=order, invoice=False, **payment)
    return RefundFactory(
        payment=paid, amount=Decimal(amount), state="succeeded", succeeded_at=at, check_at=None
    )


def read(store, caller=None, now=NOW):
    return read_dashboard(store=store, caller=caller or operator(store), now=now)


def told(comparison):
    now, before = comparison.now, comparison.before
    return now.orders, str(now.revenue), before.orders, str(before.revenue)


def test_sales_are_counted_by_the_day_they_were_paid_where_the_store_is(shop):
    sale(shop, MIDNIGHT, "10.00")  # in UTC it is yesterday
    sale(shop, NOW, "20.00", state="delivered")
    sale(shop, NOW - timedelta(hours=1), "70.00", state="refunded")
    sale(shop, MIDNIGHT - SECOND, "30.00")  # yesterday, later than it is now
    sale(shop, NOW - timedelta(days=1), "40.00")
    sale(shop, NOW - timedelta(days=1, seconds=2), "5.00")
    sale(shop, MIDNIGHT - timedelta(days=6), "1.00")
    sale(shop, MIDNIGHT - timedelta(days=6) - SECOND, "2.00")
    sale(shop, MIDNIGHT - timedelta(days=29), "3.00")
    sale(shop, MIDNIGHT - timedelta(days=60), "1000.00")
    sale(shop, NOW, "500.00", currency="USD")
    sale(shop, NOW, "600.00", state="pending", paid_at=None)

    today, week, month = read(shop).selling.comparisons

    assert told(today) == (3, "100.00 EUR", 2, "45.00 EUR")
    assert str(today.now.average) == "33.33 EUR"
    assert told(week) == (7, "176.00 EUR", 0, "0.00 EUR")
    assert told(month) == (9, "181.00 EUR", 0, "0.00 EUR")


def test_the_sales_of_other_stores_are_theirs(shop):
    other = StoreFactory(currency="EUR")
    sale(other, NOW, "99.00")
    CartFactory(owner__store=other)
    StockItemFactory(variant__product__store=other, on_hand=0)

    mine = read(shop)

    assert told(mine.selling.comparisons[2]) == (0, "0.00 EUR", 0, "0.00 EUR")
    assert mine.selling.carts.percent is None
    assert mine.stock.low == ()
    assert told(read(other).selling.comparisons[0]) == (1, "99.00 EUR", 0, "0.00 EUR")


def test_refunds_are_taken_off_on_the_day_they_succeed_and_only_those_of_sales(shop):
    refund(sale(shop, NOW - timedelta(days=3), "50.00"), "20.00", NOW)
    refund(sale(shop, NOW, "10.00"), "1.00", MIDNIGHT - SECOND)
    refund(sale(shop, NOW, "10.00"), "5.00", NOW, is_surplus=True)
    refund(sale(shop, NOW, "10.00", state="canceled", paid_at=None), "10.00", NOW)
    RefundFactory(payment=PaymentFactory(order=sale(shop, NOW, "10.00"), invoice=False))

    today, week, _ = read(shop).selling.comparisons

    assert told(today) == (3, "10.00 EUR", 0, "0.00 EUR")
    assert str(today.now.refunded) == "20.00 EUR"
    assert told(week) == (4, "59.00 EUR", 0, "0.00 EUR")


def test_imported_orders_count_on_their_own_day_and_withdrawn_ones_never(shop):
    past = {"source": "shopify", "cart": None}
    kept = sale(shop, NOW - timedelta(days=9), "80.00", external_number="1", **past)
    sale(shop, NOW, "7.00", external_number="2", state="refunded", **past)
    sale(shop, NOW, "7.00", external_number="3", state="canceled", withdrawn_at=NOW,
         paid_at=None, **past)  # fmt: skip
    row = {"store": shop, "source": "shopify", "order": kept, "sku": "A", "quantity": 1}
    back = {"currency": "EUR", "amount": Decimal("30.00"), "returned_at": NOW, **row}
    PastReturn.objects.create(external_number="R1", position=0, **back)
    PastReturn.objects.create(external_number="R2", position=0, withdrawn_at=NOW, **back)

    today, week, month = read(shop).selling.comparisons

    assert told(today)[:2] == (0, "-30.00 EUR")
    assert told(week) == (0, "-30.00 EUR", 1, "80.00 EUR")
    assert told(month)[:2] == (1, "50.00 EUR")


def test_who_may_not_read_payments_sees_what_was_sold_before_refunds(shop):
    refund(sale(shop, NOW, "50.00"), "20.00", NOW)
    clerk = UserFactory(store=shop, is_staff=True, roles=["warehouse"])

    dashboard = read(shop, clerk)

    assert told(dashboard.selling.comparisons[0])[:2] == (1, "50.00 EUR")
    assert not dashboard.selling.knows_refunds
    assert dashboard.payments is None


def test_states_carts_and_best_sellers_are_counted(shop):
    lamp = OrderLineFactory(order=sale(shop, NOW), quantity=3, sku="LAMP").variant
    OrderLineFactory(order=sale(shop, NOW, state="shipped", shipment=False), quantity=2,
                     variant=lamp)  # fmt: skip
    OrderLineFactory(order=sale(shop, NOW), quantity=4)
    OrderLineFactory(order=sale(shop, NOW, state="canceled", paid_at=NOW), quantity=9)
    OrderLineFactory(order=sale(shop, NOW - timedelta(days=31)), quantity=9)
    for state, age in [("ordered", 1), ("open", 2), ("open", 29), ("merged", 1), ("ordered", 31)]:
        CartFactory(owner__store=shop, state=state, created_at=NOW - timedelta(days=age))

    selling = read(shop).selling

    assert {state: str(count) for state, count in selling.states} == {
        "pending": "0", "paid": "3", "shipped": "1", "delivered": "0", "canceled": "1",
        "refunded": "0",
    }  # fmt: skip
    assert selling.carts.percent == 33
    best = [(one.sku, one.quantity, str(one.money)) for one in selling.best]
    assert best[0] == (lamp.sku, 5, "50.00 EUR")
    assert [quantity for _, quantity, _ in best] == [5, 4]


def test_stock_that_is_low_dead_or_held_is_counted(shop):
    old = NOW - timedelta(days=200)

    def item(on_hand, **given):
        made = StockItemFactory(variant__product__store=shop, on_hand=on_hand, receipt=False)
        StockItem.objects.filter(pk=made.pk).update(**{"created_at": old} | given)
        return made

    def sold(what, days_ago):
        at = NOW - timedelta(days=days_ago)
        StockMovementFactory(stock_item=what, kind="sold", quantity=-1, on_hand_after=0,
                             public_id=uuid7_at(at), created_at=at)  # fmt: skip

    dead, asleep, alive, new = item(300), item(200), item(100), item(50, created_at=NOW)
    sold(asleep, 91)
    sold(alive, 89)
    empty = item(0)
    ReservationFactory(stock_item=new, expires_at=NOW + timedelta(minutes=9))
    ReservationFactory(stock_item=new, expires_at=NOW - timedelta(minutes=9))
    ReservationFactory(stock_item=new, state="committed", expires_at=NOW)

    stock = read(shop).stock

    assert [one.pk for one in stock.dead] == [dead.pk, asleep.pk]
    assert [one.pk for one in stock.low] == [empty.pk]
    assert (str(stock.dead_count), str(stock.low_count)) == ("2", "1")
    assert (str(stock.held), str(stock.overdue)) == ("2", "1")


def test_failures_and_what_waits_in_the_pipeline_are_counted(shop):
    failing = {"state": "failed", "captured_at": None, "failure_code": "declined"}
    for days in (0, 6, 7):
        PaymentFactory(order=sale(shop, NOW, state="pending", paid_at=None), invoice=False,
                       created_at=MIDNIGHT - timedelta(days=days), **failing)  # fmt: skip
    ours = {"store": shop.public_id}
    early = OutboxEventFactory(created_at=NOW - timedelta(hours=2), position=1, **ours)
    late = OutboxEventFactory(created_at=NOW, position=2, **ours)
    OutboxEventFactory(store=StoreFactory().public_id, position=3)
    DeliveryFactory(event=late)
    DeliveryFactory(event=early, subscriber="a", state="done", done_at=NOW)
    DeliveryFactory(event=early, subscriber="b", attempts=3)
    DeliveryFactory(event=early, subscriber="c", state="dead")
    DeliveryFactory(event__store=StoreFactory().public_id, state="dead")

    dashboard = read(shop)

    assert str(dashboard.payments.failed) == "2"
    pipeline = dashboard.pipeline
    assert (str(pipeline.waiting), str(pipeline.dead)) == ("2", "1")
    assert pipeline.oldest == NOW - timedelta(hours=2)
    assert [one.pk for one in pipeline.events] == [late.pk, early.pk]


def test_what_is_too_much_to_count_is_said_to_be_more(shop, monkeypatch):
    monkeypatch.setattr(queries, "MOST_SALES", 2)
    for _ in range(3):
        sale(shop, NOW)
    rows = {"orders": type(sale(shop, NOW)).objects.all().values("state")}

    assert read(shop).selling.is_all is False
    assert queries.counts(rows, most=3) == {"orders": 4}


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def browser_of(shop, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600

    def log_in(**given):
        browser = Client()
        browser.force_login(UserFactory(store=shop, is_staff=True, **given))
        return browser

    return log_in


BLOCKS = {
    "desk-sales": Scope.READ_ORDERS,
    "desk-states": Scope.READ_ORDERS,
    "desk-low": Scope.READ_STOCK,
    "desk-held": Scope.READ_STOCK,
    "desk-failed": Scope.READ_PAYMENTS,
    "desk-pipeline": Scope.READ_EVENTS,
}


def test_each_role_sees_the_blocks_of_its_scopes_and_every_link_opens(shop, browser_of):
    now = timezone.now()
    refund(sale(shop, now), "1.00", now)
    OrderLineFactory(order=sale(shop, now), sku='A&"1')
    StockItemFactory(variant__product__store=shop, on_hand=0)
    OutboxEventFactory(store=shop.public_id)
    for role in Role:
        browser = browser_of(roles=[role])
        page = browser.get("/admin/")
        html = page.content.decode()
        shown = {block for block in BLOCKS if f'id="{block}"' in html}
        assert shown == {block for block, scope in BLOCKS.items() if scope in SCOPES_OF[role]}
        for link in one_of_each_kind(html.split('id="content"')[1]):
            assert browser.get(link).status_code == 200, (role, link)


def one_of_each_kind(html):
    """Thirty days have thirty links; one of them will do."""
    links = [unescape(one) for one in re.findall(r'href="(/admin/[^"]*)"', html)]
    kinds = {(urlsplit(one).path, *parse_qs(urlsplit(one).query)): one for one in links}
    assert len(kinds) > 1 or not links
    return kinds.values()


def rows_behind(browser, html, pattern):
    link = unescape(re.search(pattern, html)[1])
    response = browser.get(link)
    assert response.status_code == 200
    assert not urlsplit(link).netloc
    return response.context["cl"].result_count


def test_a_number_leads_to_just_the_rows_it_counts(shop, browser_of):
    now = timezone.now()
    refund(sale(shop, now), "1.00", now)
    sale(shop, now, "9.00", source="shopify", external_number="1", state="refunded")
    sale(shop, now, currency="USD")
    sale(shop, now - timedelta(days=3))
    CartFactory(owner__store=shop)
    CartFactory(owner__store=shop, created_at=now - timedelta(days=40))
    browser = browser_of(is_superuser=True)

    html = browser.get("/admin/").content.decode()

    big = r'class="desk-big" href="([^"]*orders/order/\?sold=[^"]*)">{}<'
    assert rows_behind(browser, html, big.format(1)) == 1
    assert rows_behind(browser, html, big.format(2)) == 2
    assert rows_behind(browser, html, r'href="([^"]*refund/\?back=[^"]*)"') == 1
    assert rows_behind(browser, html, r'href="([^"]*cart/\?begun=[^"]*open)"') == 1
    assert rows_behind(browser, html, r'href="([^"]*order/\?state__exact=paid)"') == 3


def test_a_span_that_makes_no_sense_shows_the_whole_list(shop, browser_of):
    sale(shop, timezone.now())
    browser = browser_of(is_superuser=True)
    for span in ["x", "1..2", "a\x00b", "0001-01-01T00:00:00Z..9999-12-31T23:59:59Z", "30", "7"]:
        page = browser.get("/admin/orders/order/", {"sold": span})
        assert page.status_code == 200
        assert page.context["cl"].result_count == 1, span


def test_the_chart_is_data_and_a_table_and_no_script_stands_in_the_page(shop, browser_of):
    sale(shop, timezone.now(), "12.50")
    html = browser_of(is_superuser=True).get("/admin/").content.decode()

    chart = json.loads(unescape(re.search(r'data-value="([^"]*)"', html)[1]))
    assert len(chart["labels"]) == len(chart["datasets"][0]["data"]) == 30
    assert chart["datasets"][0]["data"][-1] == "12.50"
    assert re.findall(r"<script(?![^>]*src=)", html) == []
    assert 'role="img" aria-label=' in html
    assert f"{datetime.now(AUCKLAND):%Y-%m-%d}" in html


def test_the_page_costs_at_most_twelve_statements(shop, browser_of):
    for _ in range(8):
        OrderLineFactory(order=sale(shop, timezone.now()))
        StockItemFactory(variant__product__store=shop, on_hand=0)
        OutboxEventFactory(store=shop.public_id)
    browser = browser_of(roles=["admin"])
    browser.get("/admin/")

    with at_most(12):
        assert browser.get("/admin/").status_code == 200
