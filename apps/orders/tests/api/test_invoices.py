from datetime import UTC, datetime
from uuid import UUID

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.orders.models import Invoice
from apps.orders.tests.factories import InvoiceFactory, OrderFactory
from apps.orders.tests.pdf_text import pages_of
from conftest import client_of
from tests.statements import at_most

INVOICES = "/api/v1/invoices"
ORDERS = "/api/v1/orders"
REFUND = UUID("018f4b6e-7b1c-7000-8000-000000000001")


def numbered(sequence: int, customer, **fields) -> Invoice:
    return InvoiceFactory(order__customer=customer, sequence=sequence, **fields)


def note_of(invoice: Invoice, *, refund: UUID = REFUND, **fields) -> Invoice:
    return InvoiceFactory(
        order=invoice.order,
        kind="credit_note",
        corrects=invoice,
        refund_id=refund,
        **fields,
    )


def found(client, **query) -> list[str]:
    answer = client.get(INVOICES, query)
    assert answer.status_code == 200, answer.content
    return [one["number"] for one in answer.json()["results"]]


def content_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_an_order_gives_its_invoice_as_a_file(shopper_client, shopper):
    invoice = numbered(1, shopper)
    for name in (invoice.order.public_id, invoice.order.number, invoice.order.number.lower()):
        answer = shopper_client.get(f"{ORDERS}/{name}/invoice")
        assert answer.status_code == 200
        assert answer.streaming
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="invoice-2026-000001.pdf"'
        (page,) = pages_of(content_of(answer))
        assert page.startswith("Invoice 2026-000001\nTradepost GmbH\n")


def test_an_order_that_was_credited_gives_its_invoice_still(shopper_client, shopper):
    invoice = numbered(1, shopper)
    note_of(invoice)
    answer = shopper_client.get(f"{ORDERS}/{invoice.order.number}/invoice")
    assert answer["Content-Disposition"] == 'attachment; filename="invoice-2026-000001.pdf"'


def test_an_order_that_was_not_paid_has_no_invoice(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    answer = shopper_client.get(f"{ORDERS}/{order.number}/invoice")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invoice_not_found"


@pytest.mark.parametrize("accept", ["*/*", "application/pdf", "application/json", "application/*"])
def test_the_file_is_given_to_whoever_takes_a_pdf_or_does_not_say(shopper_client, shopper, accept):
    invoice = numbered(1, shopper)
    for path in (f"{ORDERS}/{invoice.order.number}/invoice", f"{INVOICES}/2026-000001/pdf"):
        answer = shopper_client.get(path, headers={"Accept": accept})
        assert answer["Content-Type"] == "application/pdf"
        missing = shopper_client.get(f"{INVOICES}/2026-000009/pdf", headers={"Accept": accept})
        assert missing.status_code == 404
        assert missing["Content-Type"] == "application/problem+json"
        assert missing.json()["code"] == "invoice_not_found"


def test_a_credit_note_is_a_file_of_its_own(shopper_client, shopper):
    note_of(numbered(1, shopper))
    answer = shopper_client.get(f"{INVOICES}/cn-2026-000001/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="credit-note-CN-2026-000001.pdf"'
    (page,) = pages_of(content_of(answer))
    assert page.startswith("Credit note CN-2026-000001\n")


def test_an_invoice_is_read_with_all_that_is_printed(shopper_client, shopper):
    placed = datetime(2026, 11, 20, 11, tzinfo=UTC)
    invoice = numbered(1, shopper, order__placed_at=placed)
    answer = shopper_client.get(f"{INVOICES}/2026-000001")
    assert answer.status_code == 200
    assert answer.json() == {
        "id": str(invoice.public_id),
        "kind": "invoice",
        "number": "2026-000001",
        "customer_id": str(shopper.public_id),
        "order_id": str(invoice.order.public_id),
        "order_number": invoice.order.number,
        "corrects": None,
        "refund_id": None,
        "issued_at": "2026-11-20T12:00:00Z",
        "net": {"amount": "12.52", "currency": "EUR"},
        "tax": {"amount": "2.38", "currency": "EUR"},
        "total": {"amount": "14.90", "currency": "EUR"},
        "content": {
            "seller": {
                "name": "Tradepost GmbH",
                "address": ["Musterweg 1", "10115 Berlin"],
                "tax_number": "DE123456789",
                "email": "shop@tradepost.example",
            },
            "buyer": invoice.order.shipping_address,
            "ordered_at": "2026-11-20T11:00:00Z",
            "lines": [
                {
                    "sku": "SHIRT",
                    "title": "A shirt",
                    "variant_title": "blue",
                    "quantity": 1,
                    "unit_price": {"amount": "10.00", "currency": "EUR"},
                    "total": {"amount": "10.00", "currency": "EUR"},
                }
            ],
            "subtotal": {"amount": "10.00", "currency": "EUR"},
            "discount": {"amount": "0.00", "currency": "EUR"},
            "shipping": {"amount": "4.90", "currency": "EUR"},
            "tax_rate": "0.1900",
            "prices_include_tax": True,
            "reason": "",
        },
    }


def test_a_credit_note_names_its_invoice_and_refund(shopper_client, shopper):
    note_of(numbered(1, shopper))
    read = shopper_client.get(f"{INVOICES}/CN-2026-000001").json()
    assert (read["kind"], read["corrects"], read["refund_id"]) == (
        "credit_note",
        "2026-000001",
        str(REFUND),
    )


def test_shoppers_see_their_own_documents_newest_first(shopper_client, shopper, store):
    first = numbered(1, shopper)
    numbered(2, UserFactory(store=store))
    numbered(3, shopper)
    note_of(first)
    assert found(shopper_client) == ["CN-2026-000001", "2026-000003", "2026-000001"]


def test_staff_see_all_documents_of_their_store(staff_client, shopper, store):
    numbered(1, shopper)
    numbered(2, UserFactory(store=store))
    InvoiceFactory()
    assert found(staff_client) == ["2026-000002", "2026-000001"]


def test_documents_are_filtered(staff_client, shopper):
    first = numbered(1, shopper, issued_at=datetime(2026, 11, 1, tzinfo=UTC))
    second = numbered(2, shopper, issued_at=datetime(2026, 11, 10, tzinfo=UTC))
    note_of(first, issued_at=datetime(2026, 11, 20, tzinfo=UTC))
    assert found(staff_client, kind="credit_note") == ["CN-2026-000001"]
    assert found(staff_client, kind="invoice") == ["2026-000002", "2026-000001"]
    assert found(staff_client, order=second.order.number.lower()) == ["2026-000002"]
    assert found(staff_client, order=str(first.order.public_id)) == [
        "CN-2026-000001",
        "2026-000001",
    ]
    assert found(staff_client, issued_after="2026-11-10T00:00:00Z") == [
        "CN-2026-000001",
        "2026-000002",
    ]
    assert found(staff_client, issued_before="2026-11-10T00:00:00Z") == ["2026-000001"]
    assert found(staff_client, order="nonsense") == []


def test_a_shopper_gains_nothing_by_naming_somebody_elses_order(shopper_client, store):
    foreign = numbered(1, UserFactory(store=store))
    assert found(shopper_client, order=foreign.order.number) == []


@pytest.mark.parametrize(
    "query", [{"kind": "receipt"}, {"issued_after": "yesterday"}, {"order": "x" * 37}]
)
def test_a_filter_that_makes_no_sense_is_refused(shopper_client, query):
    answer = shopper_client.get(INVOICES, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_the_list_is_paged_by_cursor(shopper_client, shopper):
    for sequence in range(1, 6):
        numbered(sequence, shopper)
    numbers, url = [], f"{INVOICES}?page_size=2"
    while url:
        page = shopper_client.get(url).json()
        numbers += [one["number"] for one in page["results"]]
        url = page["next"]
    assert numbers == [f"2026-{sequence:06d}" for sequence in (5, 4, 3, 2, 1)]
    assert shopper_client.get(INVOICES, {"cursor": "nonsense"}).status_code == 404


def test_the_list_takes_two_statements_however_long_it_is(shopper_client, shopper):
    for sequence in range(1, 4):
        numbered(sequence, shopper)
    note_of(Invoice.objects.get(sequence=1))
    shopper_client.get(INVOICES)
    with at_most(2):
        assert len(found(shopper_client)) == 4


def test_an_invoice_is_read_in_two_statements_and_that_of_an_order_in_three(
    shopper_client, shopper
):
    invoice = numbered(1, shopper)
    shopper_client.get(INVOICES)
    with at_most(2):
        shopper_client.get(f"{INVOICES}/2026-000001")
    with at_most(2):
        shopper_client.get(f"{INVOICES}/2026-000001/pdf")
    with at_most(3):
        shopper_client.get(f"{ORDERS}/{invoice.order.public_id}/invoice")


def test_nobody_sees_somebody_elses_documents(shopper_client, anonymous, store):
    neighbours = numbered(1, UserFactory(store=store))
    elsewhere = InvoiceFactory(sequence=2)
    paths = [f"{ORDERS}/{one.order.public_id}/invoice" for one in (neighbours, elsewhere)]
    for name in ("2026-000001", "2026-000002", "CN-2026-000001", "nonsense", "2026"):
        paths += [f"{INVOICES}/{name}", f"{INVOICES}/{name}/pdf"]
    for path in paths:
        answer = shopper_client.get(path)
        assert answer.status_code == 404, path
        assert answer["Content-Type"] == "application/problem+json"
        assert anonymous.get(path).status_code in {401, 404}
    assert anonymous.get(INVOICES).status_code == 401


def test_two_stores_have_a_document_of_one_number_each(shopper_client, shopper):
    InvoiceFactory()
    mine = numbered(1, shopper)
    answer = shopper_client.get(f"{INVOICES}/2026-000001")
    assert answer.json()["id"] == str(mine.public_id)


def test_staff_of_another_store_see_nothing(shopper):
    numbered(1, shopper)
    stranger = client_of(UserFactory(is_staff=True))
    assert stranger.get(f"{INVOICES}/2026-000001").status_code == 401


def test_documents_are_only_read(staff_client, shopper):
    numbered(1, shopper)
    for path in (INVOICES, f"{INVOICES}/2026-000001", f"{INVOICES}/2026-000001/pdf"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(staff_client, method)(path, {}).status_code == 405
    assert Invoice.objects.count() == 1
