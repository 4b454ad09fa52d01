import gc
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as attempts
from hypothesis import strategies as st

from apps.core.money import Money
from apps.orders.invoice_content import InvoiceLine
from apps.orders.invoice_pdf import in_percent, render_invoice
from apps.orders.models import Invoice, Order
from apps.orders.tests.factories import printed
from apps.orders.tests.pdf_text import pages_of

ADDRESS = {
    "full_name": "Ada Lovelace",
    "company": "",
    "street": "12 St James's Square",
    "street_extra": "",
    "postal_code": "SW1Y 4JH",
    "city": "London",
    "region": "",
    "country": "GB",
    "phone": "+44 20 7946 0000",
}


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def line(title: str = "A shirt", sku: str = "SHIRT", **fields) -> InvoiceLine:
    details = {"variant_title": "", "quantity": 1, "unit_price": eur("10"), "total": eur("10")}
    return InvoiceLine(title=title, sku=sku, **details | fields)


def invoice(**changes) -> Invoice:
    """An invoice over 14.90 that was never saved."""
    order = Order(
        number="K7QF-9W2M",
        placed_at=datetime(2026, 11, 19, 12, tzinfo=UTC),
        currency="EUR",
        subtotal_amount=Decimal("10.00"),
        discount_amount=Decimal("0.00"),
        shipping_amount=Decimal("4.90"),
        tax_rate=Decimal("0.1900"),
        prices_include_tax=True,
        shipping_address=ADDRESS,
    )
    return Invoice(
        kind="invoice",
        number="2026-000001",
        issued_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        currency="EUR",
        net_amount=Decimal("12.52"),
        tax_amount=Decimal("2.38"),
        total_amount=Decimal("14.90"),
        snapshot=printed(order, **changes).as_json(),
    )


def pages(document: Invoice) -> list[str]:
    return pages_of(render_invoice(document).read())


def page(document: Invoice) -> str:
    (only,) = pages(document)
    return only


def test_an_invoice_shows_seller_buyer_goods_and_sums():
    text = page(invoice())
    assert text.splitlines() == [
        "Invoice 2026-000001",
        "Tradepost GmbH",
        "Musterweg 1, 10115 Berlin",
        "shop@tradepost.example",
        "VAT id DE123456789",
        *("Date", "2026-11-20"),
        *("Order", "K7QF-9W2M"),
        *("Ordered", "2026-11-19"),
        *("Ada Lovelace", "12 St James's Square", "SW1Y 4JH", "London", "GB"),
        *("Quantity", "Unit price, EUR", "Total, EUR", "Item"),
        *("1", "10.00", "10.00", "A shirt · blue", "SHIRT"),
        *("Subtotal", "10.00"),
        *("Shipping", "4.90"),
        *("Total", "14.90"),
        *("Net", "12.52"),
        *("Tax 19 %", "2.38"),
        *("Invoice 2026-000001, page 1 of ", "1"),
    ]


def test_a_phone_number_is_nobodys_business():
    assert "7946" not in page(invoice())


def test_a_discount_is_taken_off():
    text = page(invoice(discount=eur("1.50")))
    assert "Subtotal\n10.00\nDiscount\n\u22121.50\nShipping\n4.90\nTotal\n14.90" in text


def test_tax_that_prices_exclude_comes_before_the_total():
    text = page(invoice(prices_include_tax=False))
    assert "Shipping\n4.90\nNet\n12.52\nTax 19 %\n2.38\nTotal\n14.90\n" in text


def test_a_credit_note_says_that_it_is_one_and_of_what():
    note = invoice(corrects="2026-000001", reason="Arrived broken")
    note.kind, note.number = "credit_note", "CN-2026-000007"
    text = page(note)
    assert text.startswith("Credit note CN-2026-000007\n")
    assert "Corrects invoice\n2026-000001\n" in text
    assert "Reason: Arrived broken\n" in text
    assert "Total credit\n14.90\nNet\n12.52\nTax 19 %\n2.38\n" in text
    assert "Subtotal" not in text


@pytest.mark.parametrize(
    ("rate", "percent"),
    [
        ("0.1900", "19 %"),
        ("0.0550", "5.5 %"),
        ("0.2000", "20 %"),
        ("0.0000", "0 %"),
        ("1", "100 %"),
    ],
)
def test_a_tax_rate_is_written_in_percent(rate, percent):
    assert in_percent(Decimal(rate)) == percent


def test_the_day_is_that_of_the_store():
    late = invoice(time_zone="Pacific/Auckland")
    late.issued_at = datetime(2026, 12, 31, 12, tzinfo=UTC)
    assert "Date\n2027-01-01\n" in page(late)


def test_a_shop_that_said_nothing_of_itself_has_an_invoice_too():
    document = invoice()
    document.snapshot["seller"] = {"name": "Shop", "address": [], "tax_number": "", "email": ""}
    assert page(document).startswith("Invoice 2026-000001\nShop\nDate\n")


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Ελένη Παπαδοπούλου", "Александр Пушкин", "Þór Ægisson", "Đỗ Thị Hòa"]
)
def test_names_in_latin_greek_and_cyrillic_letters_are_printed(name):
    assert f"\n{name}\n" in page(invoice(buyer=ADDRESS | {"full_name": name}))


def test_accents_join_their_letters():
    split = "Ame\u0301lie"
    assert "\nAmélie\n" in page(invoice(buyer=ADDRESS | {"full_name": split}))


def test_letters_that_the_typeface_lacks_leave_a_mark_and_no_word_in_the_log(caplog):
    text = page(invoice(lines=[line("Tea 茶 \U0001f375")]))
    assert "Tea � �" in text
    assert caplog.records == []


def test_what_cannot_be_seen_is_not_printed():
    hostile = "A\x00 shirt\n\t\u202ereversed\u200b {nb} \ue000 of \ud7ff\u2028pages"
    text = page(invoice(lines=[line(hostile)]))
    assert "\nA shirt reversed {nb} of pages\n" in text


def test_a_long_title_goes_on_in_the_next_line():
    text = page(invoice(lines=[line("Waterproof " * 20, sku="W" * 100), line("W" * 255)]))
    assert text.count("Waterproof") == 20
    assert text.replace("\n", "").count("W" * 255) == 1
    assert max(len(one) for one in text.splitlines()) < 60


def test_a_long_invoice_has_numbered_pages_that_repeat_what_it_is():
    texts = pages(invoice(lines=[line(f"Thing {n}", sku=f"SKU-{n}") for n in range(100)]))
    assert len(texts) == 5
    for number, text in enumerate(texts, start=1):
        assert text.startswith("Invoice 2026-000001\nTradepost GmbH\n")
        assert ("Quantity\nUnit price, EUR\nTotal, EUR\nItem\n" in text) is ("Thing" in text)
        assert text.endswith(f"Invoice 2026-000001, page {number} of \n5")
    assert "Musterweg" in texts[0]
    assert "Musterweg" not in texts[1]
    together = "\n".join(texts)
    for n in range(100):
        assert together.count(f"\nThing {n}\nSKU-{n}\n") == 1


def test_a_line_is_not_torn_between_two_pages():
    tall = [line("Waterproof " * 23, sku=f"SKU-{n}") for n in range(40)]
    texts = pages(invoice(lines=tall))
    for text in texts:
        assert text.count("Waterproof") == 23 * text.count("SKU-")
    assert sum(text.count("SKU-") for text in texts) == 40


@pytest.mark.parametrize("count", range(20, 44))
def test_the_sums_stand_on_one_page(count):
    texts = pages(invoice(lines=[line() for _ in range(count)]))
    assert [text for text in texts if "Subtotal" in text and "Tax 19 %" in text] == [texts[-1]]


def test_an_address_as_long_as_may_be_is_printed():
    long = dict.fromkeys(ADDRESS, "Llanfairpwllgwyngyll " * 9)
    document = invoice(buyer=long)
    document.snapshot["seller"] |= {"name": "N" * 200, "address": ["x"] * 250}
    texts = pages(document)
    assert "\n".join(texts).count("Llanfairpwllgwyngyll") == 9 * 8
    assert "Subtotal\n" in texts[-1]


def test_money_of_any_size_and_currency_fits_its_column():
    most = Money(Decimal("999999999999.999"), "KWD")
    document = invoice(lines=[line(unit_price=most, total=most)])
    document.currency = "KWD"
    assert "\nUnit price, KWD\n" in page(document)
    assert page(document).splitlines().count("999999999999.999") == 2


def test_one_invoice_always_gives_the_same_bytes():
    document = invoice()
    first, second = render_invoice(document).read(), render_invoice(document).read()
    assert first == second
    assert b"/CreationDate (D:20261120120000Z)" in first
    other = invoice(lines=[line("Another shirt")])
    assert render_invoice(other).read() != first


def peak_of(count: int) -> int:
    """The most memory that an invoice of so many lines needs, in bytes."""
    document = invoice(lines=[line(f"Thing {n}", sku=f"SKU-{n}") for n in range(count)])
    gc.collect()
    tracemalloc.start()
    render_invoice(document)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_five_hundred_lines_need_hardly_more_memory_than_one():
    render_invoice(invoice())
    assert peak_of(500) - peak_of(1) < 1_500_000


def test_the_typefaces_come_with_their_licence():
    fonts = Path(settings.BASE_DIR) / "static" / "fonts"
    assert {path.name for path in fonts.iterdir()} == {
        "DEJAVU-LICENSE.txt",
        "DejaVuSans.ttf",
        "DejaVuSans-Bold.ttf",
    }


@attempts(max_examples=40)
@given(title=st.text(max_size=255), name=st.text(max_size=150), reason=st.text(max_size=300))
def test_no_text_breaks_an_invoice(title, name, reason):
    document = invoice(lines=[line(title)], buyer=ADDRESS | {"full_name": name}, reason=reason)
    assert render_invoice(document).read(5) == b"%PDF-"
