import gzip
import io
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import Delivery, OutboxEvent
from apps.interchange import services, source, table_statistics
from apps.interchange.formats import native_orders
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.models import ImportBatch
from apps.interchange.services.write_history import HistoryImporter
from apps.interchange.tests.past_files import (
    ORDERS,
    RETAIL,
    broken_promises,
    order_row,
    retail_row,
    run_import,
    text_of,
)
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import StockItemFactory
from apps.mail.models import SentMail
from apps.orders.models import Invoice, Order, OrderLine, PastReturn
from apps.recommendations.services import rebuild_co_purchases
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


@pytest.fixture
def retail(tmp_path, store):
    def imported(*rows, options=()):
        file = tmp_path / "retail.csv"
        file.write_text(text_of(RETAIL, *rows))
        return run_import("import_orders", file, "--format", "online-retail", *options)

    return imported


@pytest.fixture
def native(tmp_path, store):
    def imported(*rows, options=()):
        file = tmp_path / "orders.csv"
        file.write_text(text_of(ORDERS, *rows))
        return run_import("import_orders", file, "--format", "native", *options)

    return imported


# --- Online Retail --------------------------------------------------------------------------------


def test_an_invoice_becomes_an_order_of_its_customer_with_its_products(retail, store):
    out, err = retail(
        retail_row("536365", "85123A", 6, "2.55", title="WHITE HEART"),
        retail_row("536365", "71053", 8, "3.39", title="LANTERN"),
    )
    assert (out, err) == ("1 created, 0 changed, 0 unchanged, 0 refused\n", "")
    order = Order.objects.get()
    assert (order.source, order.external_number) == ("online-retail", "536365")
    assert (order.state, order.total_amount) == ("delivered", Decimal("42.42"))
    assert order.placed_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
    assert order.shipping_address["country"] == "GB"
    assert order.customer.external_id == "17850"
    assert [(one.sku, one.title, one.quantity) for one in order.lines.all()] == [
        ("85123A", "WHITE HEART", 6),
        ("71053", "LANTERN", 8),
    ]
    lantern = Variant.objects.get(sku="71053")
    assert (lantern.product.title, lantern.price_amount) == ("LANTERN", Decimal("3.39"))
    assert lantern.product.is_published
    assert not lantern.in_stock
    assert broken_promises() == []


def test_the_second_run_changes_nothing_and_says_so(retail):
    rows = [
        retail_row("1", "85123A", 6, "2.55"),
        retail_row("C2", "85123A", -1, "2.55", at="2010-12-02 08:00:00"),
        retail_row("3", "85123A", -4, "0", customer="", title="damaged"),
        retail_row("A4", "B", 1, "11062.06", customer=""),
    ]
    retail(*rows)
    before = (
        OutboxEvent.objects.exclude(name="data.imported").count(),
        StockMovement.objects.count(),
    )
    out, _ = retail(*rows)
    assert out == "0 created, 0 changed, 3 unchanged, 1 refused\n"
    assert before == (
        OutboxEvent.objects.exclude(name="data.imported").count(),
        StockMovement.objects.count(),
    )


def test_a_dry_run_tells_and_does_nothing(retail):
    out, _ = retail(retail_row("1", "85123A", 6, "2.55"), options=["--dry-run"])
    assert out == "created 1\nWould be: 1 created, 0 changed, 0 unchanged, 0 refused\n"
    assert not Order.objects.exists()
    assert not Product.objects.exists()
    assert not User.objects.exists()


def test_a_cancellation_is_a_return_of_the_order_before_it(retail):
    retail(
        retail_row("1", "85123A", 6, "2.55"),
        retail_row("C2", "85123A", -2, "2.55", at="2010-12-02 08:00:00"),
    )
    back = PastReturn.objects.get()
    assert (back.order, back.quantity, back.amount) == (Order.objects.get(), 2, Decimal("5.10"))
    assert Order.objects.get().state == "delivered"
    assert broken_promises() == []


def test_an_order_that_was_all_taken_back_is_refunded_though_the_file_tells_it_first(retail):
    retail(
        retail_row("C2", "85123A", -6, "2.55", at="2010-12-02 08:00:00"),
        retail_row("1", "85123A", 6, "2.55"),
    )
    assert Order.objects.get().state == "refunded"
    assert broken_promises() == []


def test_money_that_was_given_back_without_goods_is_kept_as_such(retail):
    retail(
        retail_row("C1", "D", -1, "27.50", title="Discount"),
        retail_row("C2", "POST", -1, "18.00", title="POSTAGE"),
        retail_row("C3", "M", -1, "5.00", title="Manual"),
    )
    told = PastReturn.objects.order_by("sku").values_list("sku", "amount", "variant", "order")
    assert list(told) == [
        ("D", Decimal("27.50"), None, None),
        ("M", Decimal("5.00"), None, None),
        ("POST", Decimal("18.00"), None, None),
    ]
    assert not StockMovement.objects.exists()
    assert broken_promises() == []


def test_carriage_is_shipping_and_what_was_charged_by_hand_a_line_of_a_hidden_product(retail):
    retail(
        retail_row("1", "85123A", 2, "5.00"),
        retail_row("1", "POST", 1, "18.00", title="POSTAGE"),
        retail_row("1", "M", 1, "1.25", title="Manual"),
    )
    order = Order.objects.get()
    assert (order.subtotal_amount, order.shipping_amount) == (Decimal("11.25"), Decimal("18.00"))
    manual = Variant.objects.get(sku="M")
    assert not manual.product.is_published
    assert not StockItem.objects.filter(variant=manual).exists()
    assert broken_promises() == []


def test_an_invoice_of_carriage_alone_is_an_order_of_it(retail):
    retail(retail_row("1", "DOT", 1, "18.00", title="DOTCOM POSTAGE"))
    order = Order.objects.get()
    assert (order.total_amount, order.shipping_amount) == (Decimal("18.00"), Decimal("0.00"))
    assert order.lines.get().sku == "DOT"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (retail_row("1", "AMAZONFEE", 1, "13541.33", customer=""), "the shop paid itself"),
        (retail_row("C1", "BANK CHARGES", -1, "28.00"), "the shop paid itself"),
        (retail_row("A1", "B", 1, "-11062.06", customer=""), "an entry in the books"),
        (retail_row("1", "85123A", -1, "2.55"), "a quantity below zero, and is no cancellation"),
        (retail_row("C1", "85123A", 1, "2.55"), "a cancellation, and has a quantity above zero"),
        (retail_row("1", "D", 1, "2.55"), "its sign is not clear"),
        (retail_row("1", "85123A", "6.5", "2.55"), "not a whole number"),
        (retail_row("1", "85123A", "0", "2.55"), "is nought"),
        (retail_row("1", "85123A", "99999999", "2.55"), "not a whole number"),
        (retail_row("1", "85123A", 1, "2,55"), "not a decimal number"),
        (retail_row("1", "85123A", 1, "2.55", at="yesterday"), "not a time"),
        (retail_row("1", "85123A", 1, "2.55", at="2999-01-01 00:00:00"), "is to come"),
        (retail_row("1", "", 1, "2.55"), "is missing"),
        (retail_row("", "85123A", 1, "2.55"), "is missing"),
    ],
)
def test_what_is_no_sale_is_refused_with_a_reason_and_the_rest_is_imported(retail, row, reason):
    out, err = retail(row, retail_row("9", "71053", 1, "1.00"))
    assert out == "1 created, 0 changed, 0 unchanged, 1 refused\n"
    assert reason in err
    assert Order.objects.get().external_number == "9"
    assert broken_promises() == []


def test_one_bad_line_refuses_its_invoice_whole(retail, tmp_path):
    retail(retail_row("1", "85123A", 1, "1.00"), retail_row("1", "71053", 1, "x"))
    assert not Order.objects.exists()
    refused = (tmp_path / "retail.refused.csv").read_text().splitlines()
    assert len(refused) == 3
    assert refused[1].startswith("1,85123A,A THING,1,2010-12-01 08:26:00,1.00,17850.0,")


def test_an_invoice_of_two_customers_is_refused(retail):
    _, err = retail(
        retail_row("1", "85123A", 1, "1.00"), retail_row("1", "71053", 1, "1", customer="2")
    )
    assert "is of several customers" in err


def test_lines_of_an_invoice_that_lie_apart_are_one_order(retail):
    retail(
        retail_row("1", "85123A", 1, "1.00"),
        retail_row("2", "85123A", 1, "1.00"),
        retail_row("1", "71053", 1, "2.00"),
    )
    assert OrderLine.objects.filter(order__external_number="1").count() == 2


def test_every_guest_is_somebody_else_and_nobody_knows_who(retail):
    retail(
        retail_row("1", "85123A", 1, "1.00", customer=""),
        retail_row("2", "85123A", 1, "1.00", customer=""),
    )
    one, other = Order.objects.all()
    assert one.customer != other.customer
    assert (one.customer.email, one.customer.external_id) == ("", None)


def test_a_title_is_what_most_priced_lines_say_and_a_price_what_most_sales_have(retail):
    retail(
        retail_row("1", "85123A", 1, "1.00", title="WHITE HEART"),
        retail_row("2", "85123A", 1, "1.25", title="WHITE HEART"),
        retail_row("3", "85123A", 1, "1.25", title="CREAM HEART"),
        retail_row("4", "85123A", -5, "0", title="damaged", customer=""),
        retail_row("5", "85123A", -5, "0", title="damaged", customer=""),
        retail_row("6", "85123A", -5, "0", title="damaged", customer=""),
        retail_row("7", "22222", -5, "0", title="?", customer=""),
    )
    heart, nameless = Variant.objects.order_by("-sku")
    assert (heart.product.title, heart.price_amount) == ("WHITE HEART", Decimal("1.25"))
    assert nameless.product.title == "22222"
    assert not nameless.product.is_published
    assert list(OrderLine.objects.order_by("pk").values_list("title", flat=True)) == [
        "WHITE HEART",
        "WHITE HEART",
        "CREAM HEART",
    ]


def test_goods_that_were_found_or_gone_are_corrections_of_stock_and_no_orders(retail):
    retail(
        retail_row("1", "85123A", -5, "0", title="damaged", customer=""),
        retail_row("2", "85123A", 3, "0", title="found", customer=""),
    )
    assert not Order.objects.exists()
    corrections = StockMovement.objects.filter(reference__isnull=False).order_by("pk")
    assert [(one.kind, one.quantity, one.note) for one in corrections] == [
        ("adjusted", -5, "damaged"),
        ("adjusted", 3, "found"),
    ]
    assert StockItem.objects.get().on_hand == 0
    assert broken_promises() == []


def test_goods_that_the_store_sells_already_keep_their_price_and_their_stock(retail, store):
    variant = VariantFactory(product__store=store, sku="85123A", product__title="Heart")
    StockItemFactory(variant=variant, on_hand=7)
    retail(retail_row("1", "85123A", 600, "2.55"))
    variant.refresh_from_db()
    assert (variant.price_amount, variant.product.title) == (Decimal("10.00"), "Heart")
    assert StockItem.objects.get().on_hand == 7
    assert Product.objects.count() == 1


def test_nobody_is_written_to_and_nothing_is_asked_of_the_gateway(retail):
    retail(retail_row("1", "85123A", 1, "1.00"), retail_row("C2", "85123A", -1, "1.00"))
    names = set(OutboxEvent.objects.values_list("name", flat=True))
    assert not names & {"order.placed", "order.paid", "order.refunded", "customer.registered"}
    assert not Delivery.objects.exists()
    assert not SentMail.objects.exists()
    assert not Invoice.objects.exists()


def test_what_was_bought_together_elsewhere_is_learned_by_the_next_rebuild(retail, store):
    retail(retail_row("1", "85123A", 1, "1.00"), retail_row("1", "71053", 1, "1.00"))
    assert rebuild_co_purchases(store=store) == 2


def test_another_store_may_import_the_same_file(retail):
    row = retail_row("1", "85123A", 1, "1.00")
    other = StoreFactory(slug="other")
    retail(row)
    out, _ = retail(row, options=["--store", "other"])
    assert out.startswith("1 created")
    assert Order.objects.get(store=other).customer.store == other


def test_an_import_that_was_killed_goes_on_where_it_was(tmp_path, store, monkeypatch):
    rows = [retail_row(str(n), "85123A", 1, "1.00", customer=str(n)) for n in range(1, 10)]
    file = tmp_path / "retail.csv.gz"
    file.write_bytes(gzip.compress(text_of(RETAIL, *rows).encode()))
    arguments = ("import_orders", file, "--format", "online-retail")
    monkeypatch.setattr(source, "STEP", 4)
    write = HistoryImporter.write
    calls = []

    def dies_at_the_second(self, planned):
        calls.append(1)
        done = write(self, planned)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(HistoryImporter, "write", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run_import(*arguments)
    assert Order.objects.count() == 4
    assert broken_promises() == []
    monkeypatch.undo()
    out, _ = run_import(*arguments)
    assert "Went on behind record 4." in out
    assert Order.objects.count() == 9
    assert User.objects.count() == 9
    assert broken_promises() == []


def test_a_wrong_file_is_taken_back_and_the_right_one_follows(retail, store):
    wrong = [retail_row("1", "85123A", 60, "1.00"), retail_row("C2", "85123A", -60, "1.00")]
    retail(*wrong)
    report = services.revert_import(batch=ImportBatch.objects.get(), by=None, now=datetime.now(UTC))
    assert (report.reverted, report.refused) == (2, 0)
    assert Order.objects.get().state == "canceled"
    assert rebuild_co_purchases(store=store) == 0
    assert broken_promises() == []
    out, _ = retail(retail_row("1", "85123A", 6, "1.00"), retail_row("C2", "85123A", -1, "1.00"))
    assert out.startswith("2 created")
    assert broken_promises() == []


# --- our own layout -------------------------------------------------------------------------------


@pytest.fixture
def mug(store):
    return VariantFactory(product__store=store, sku="MUG", product__title="Mug")


def test_an_order_of_ours_comes_with_its_money_and_its_address(native, mug, store):
    ada = UserFactory(store=store, email="ada@example.com")
    out, err = native(
        order_row(
            quantity="2",
            line_total="20.00",
            shipping_amount="4.90",
            discount_amount="1.00",
            tax_amount="3.82",
            total="23.90",
            ship_to_name="Ada Lovelace",
            ship_to_line1="12 St James's Square",
            ship_to_city="London",
            ship_to_country="GB",
        )
    )
    assert (out, err) == ("1 created, 0 changed, 0 unchanged, 0 refused\n", "")
    order = Order.objects.get()
    assert (order.customer, order.external_number) == (ada, "1001")
    assert [str(one) for one in (order.subtotal, order.discount, order.shipping, order.tax)] == [
        "20.00 EUR",
        "1.00 EUR",
        "4.90 EUR",
        "3.82 EUR",
    ]
    assert order.prices_include_tax
    assert order.shipping_address["full_name"] == "Ada Lovelace"
    assert order.lines.get().variant == mug
    assert broken_promises() == []


def test_tax_on_top_is_told_by_the_total(native, mug):
    native(order_row(tax_amount="1.90", total="11.90"))
    order = Order.objects.get()
    assert not order.prices_include_tax
    assert order.tax_rate == Decimal("0.1900")
    assert broken_promises() == []


def test_what_is_said_of_the_order_stands_in_its_first_row(native, mug, store):
    VariantFactory(product__store=store, sku="CUP")
    more = {"order_number": "1001", "sku": "CUP", "quantity": "3", "unit_price": "1.00"}
    native(order_row(total="13.00"), more)
    assert Order.objects.get().lines.count() == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"total": "11.00"}, "does not add up"),
        ({"line_total": "9.00"}, "is not 1 times the unit price"),
        ({"state": "pending"}, "nobody has paid it"),
        ({"state": "lost"}, "is none of paid, shipped, delivered, canceled, refunded"),
        ({"currency": "USD"}, "is not the store's, EUR"),
        ({"sku": "NOBODY-KNOWS"}, "no product of the store has this SKU"),
        ({"quantity": "0", "line_total": "0", "total": "0"}, "is less than one"),
        ({"unit_price": "10,00"}, "is not a decimal number"),
        ({"unit_price": "10.001"}, "more decimals"),
        ({"customer_email": "ada"}, "is no e-mail address"),
        ({"placed_at": "2999-01-01"}, "is to come"),
        ({"discount_amount": "11.00", "total": "-1.00"}, "is negative"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(native, mug, cells, reason):
    out, err = native(order_row(**cells))
    assert out == "0 created, 0 changed, 0 unchanged, 1 refused\n"
    assert reason in err
    assert not Order.objects.exists()
    assert not User.objects.exists()


def test_a_number_that_comes_again_later_in_the_file_is_refused(native, mug):
    _, err = native(order_row("1"), order_row("2"), order_row("1"))
    assert "its number was used before in this file" in err
    assert Order.objects.count() == 2


def test_an_order_that_is_known_with_another_total_is_refused(native, mug):
    native(order_row())
    _, err = native(order_row(unit_price="12.00", line_total="12.00", total="12.00"))
    assert "was imported before, and its total was 10" in err
    assert Order.objects.get().total_amount == Decimal("10.00")


def test_an_order_of_the_store_itself_is_not_imported_again(native, mug, store):
    native(order_row())
    own = Order.objects.get()
    out, _ = native(order_row(own.number))
    assert out == "0 created, 0 changed, 1 unchanged, 0 refused\n"


def test_unknown_skus_become_hidden_products_where_that_is_asked_for(native):
    out, _ = native(order_row(sku="NEW"), options=["--create-missing-products"])
    assert out.startswith("1 created")
    product = Product.objects.get()
    assert (product.title, product.is_published) == ("Mug", False)
    assert broken_promises() == []


def test_a_customer_whom_nobody_knows_comes_with_the_order(native, mug):
    native(
        order_row("1"), order_row("2"), order_row("3", customer_email="", customer_external_id="7")
    )
    assert User.objects.get(external_id="7").email == ""
    assert User.objects.get(email="ada@example.com").external_id is None
    assert Order.objects.filter(customer__email="ada@example.com").count() == 2


def test_a_forgotten_customer_gets_the_order_and_not_the_address(native, mug, store):
    gone = UserFactory(store=store, email="", external_id="7", is_active=False)
    User.objects.filter(pk=gone.pk).update(erased_at=datetime.now(UTC))
    native(order_row(customer_email="", customer_external_id="7", ship_to_name="Ada"))
    order = Order.objects.get()
    assert (order.customer, order.shipping_address["full_name"]) == (gone, "")


def test_an_order_still_to_be_sent_and_one_that_was_canceled_stay_so(native, mug):
    native(order_row("1", state="paid"), order_row("2", state="canceled"))
    assert dict(Order.objects.values_list("external_number", "state")) == {
        "1": "paid",
        "2": "canceled",
    }
    assert broken_promises() == []


# --- the file itself ------------------------------------------------------------------------------

_FOLDER = os.environ.get("TRADEPOST_REAL_DATA", "")


@pytest.mark.skipif(not _FOLDER, reason="TRADEPOST_REAL_DATA names no folder with the real file")
def test_ten_months_of_online_retail(store, tmp_path):
    file = Path(_FOLDER) / "online-retail-2010-12_2011-09.csv.gz"
    refused = ("--errors", str(tmp_path / "refused.csv"))
    out, _ = run_import("import_orders", file, "--format", "online-retail", *refused)
    assert out == "18703 created, 0 changed, 0 unchanged, 83 refused\n"
    assert (Order.objects.count(), OrderLine.objects.count()) == (14_325, 361_261)
    assert PastReturn.objects.values("external_number").distinct().count() == 2_823
    assert User.objects.filter(external_id__isnull=False).count() == 3_658
    assert Product.objects.count() == 3_882
    assert broken_promises() == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"tax_amount": "10.01"}, "tax_amount: is more than the total"),
        ({"ship_to_country": "Narnia"}, "ship_to_country: is no country"),
    ],
)
def test_an_order_that_nobody_could_have_placed_is_refused(native, mug, cells, reason):
    out, err = native(order_row(**cells))
    assert out.endswith(" 1 refused\n")
    assert reason in err


def test_countries_may_be_called_by_their_names(native, mug):
    native(order_row(ship_to_country="Germany", ship_to_name="Ada\nLovelace"))
    address = Order.objects.get().shipping_address
    assert (address["country"], address["full_name"]) == ("DE", "Ada Lovelace")


def test_what_came_as_refunded_is_taken_back_unless_it_was_touched(native, mug):
    native(order_row("1"), order_row("2", state="refunded"), order_row("3", state="refunded"))
    Order.objects.filter(external_number="3").update(version=2)
    batch = ImportBatch.objects.get()
    report = services.revert_import(batch=batch, by=None, now=datetime.now(UTC))
    assert str(report) == "2 reverted, 1 refused"
    states = dict(Order.objects.values_list("external_number", "state"))
    assert states == {"1": "canceled", "2": "canceled", "3": "refunded"}
    assert broken_promises() == []


def test_the_database_learns_how_much_was_imported(native, mug, monkeypatch):
    # Reading what was bought, right after ten months of orders, took longer than any statement may.
    monkeypatch.setattr(table_statistics, "_FIRST", 2)
    monkeypatch.setattr(source, "STEP", 1)
    with CaptureQueriesContext(connection) as captured:
        native(order_row("1"), order_row("2"), order_row("3"), order_row("4"))
    looks = [query["sql"] for query in captured if query["sql"].startswith("ANALYZE")]
    assert len(looks) == 2
    assert all('"orders_orderline"' in look for look in looks)


def test_an_order_of_a_million_rows_is_not_kept_in_memory(store, monkeypatch):
    monkeypatch.setattr(native_orders, "MOST_PAST_LINES", 3)
    rows = [order_row(line_total="", total="") for _ in range(50)]
    lines = bounded_lines(io.BytesIO(text_of(ORDERS, *rows, order_row("1002")).encode()))
    huge, fine = native_orders.read_native_orders(lines, store)
    assert len(huge.rows) == 4
    assert "has more than 3 lines" in str(huge.faults)
    assert fine.key == "1002"
