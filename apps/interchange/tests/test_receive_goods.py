"""Receiving goods from a file on the staff site."""

import csv
import io
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.kinds import Import
from apps.interchange.models import GoodsReceipt, ImportBatch, ImportRow
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import (
    MainWarehouseFactory,
    StockItemFactory,
    WarehouseFactory,
)
from tests.statements import at_most

pytestmark = pytest.mark.django_db

RECEIVE = reverse("admin:interchange_goodsreceipt_add")
DELIVERY = """sku,quantity,warehouse,note
HAT,5,,Box 7
TIE,3,north,
NONE,1,,
HAT,2,main,
"""


@pytest.fixture
def operator(client, store):
    person = UserFactory(store=store, is_staff=True, is_superuser=True)
    client.force_login(person)
    client.get(reverse("admin:index"))
    return person


@pytest.fixture
def shelves(store):
    """Ten hats and ten ties in the main warehouse, and another warehouse in the north."""
    MainWarehouseFactory(store=store)
    WarehouseFactory(store=store, code="north", name="North")
    StockItemFactory(variant__sku="FOREIGN")
    return {
        sku: StockItemFactory(variant__product__store=store, variant__sku=sku)
        for sku in ("HAT", "TIE")
    }


def uploaded(client, content, **given):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("delivery.csv", content)
    return client.post(RECEIVE, {"file": file, "encoding": "utf-8-sig"} | given)


def sealed(answer, step="receive"):
    return {"step": step, "sealed": answer.context["form"]["sealed"].value()}


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def on_hand():
    rows = StockItem.objects.exclude(variant__sku="FOREIGN").order_by("pk")
    return [tuple(row) for row in rows.values_list("variant__sku", "warehouse__code", "on_hand")]


BEFORE = [("HAT", "main", 10), ("TIE", "main", 10)]
AFTER = [("HAT", "main", 15), ("TIE", "main", 10), ("TIE", "north", 3)]


def test_a_delivery_is_looked_at_and_then_received(client, operator, shelves):
    with at_most(14):
        preview = uploaded(client, DELIVERY, note="Note 12")

    assert [[*row[:1], *row[2:]] for row in preview.context["received"]["rows"]] == [
        ["HAT", "Main warehouse", 5, 10, 15, "Box 7"],
        ["TIE", "North", 3, 0, 3, "Note 12"],
    ]
    assert [row[:2] for row in preview.context["refused"]["rows"]] == [
        [4, "NONE"],
        [5, "HAT in main"],
    ]
    assert on_hand() == BEFORE
    assert not ImportBatch.objects.exists()

    answer = client.post(RECEIVE, sealed(preview))

    batch = GoodsReceipt.objects.get()
    assert answer.url == reverse("admin:interchange_goodsreceipt_change", args=[batch.pk])
    assert said(answer) == ["2 rows received, 2 refused."]
    assert on_hand() == AFTER
    moved = StockMovement.objects.filter(reference=batch.public_id).order_by("quantity")
    assert list(moved.values_list("kind", "quantity", "note", "actor")) == [
        ("received", 3, "Note 12", f"user:{operator.public_id}"),
        ("received", 5, "Box 7", f"user:{operator.public_id}"),
    ]
    names = OutboxEvent.objects.filter(actor=f"user:{operator.public_id}")
    assert sorted(names.values_list("name", flat=True)) == [
        "data.imported",
        "stock.received",
        "stock.received",
    ]


def test_a_delivery_that_is_sent_twice_is_received_once(client, operator, shelves):
    given = sealed(uploaded(client, DELIVERY))
    first = client.post(RECEIVE, given)

    again = client.post(RECEIVE, given)

    assert (again.status_code, again.url) == (302, first.url)
    assert said(again)[-1] == "2 rows received, 2 refused."
    assert on_hand() == AFTER
    assert ImportBatch.objects.count() == 1


def test_another_upload_of_the_same_rows_is_pointed_out_and_may_be_another_delivery(
    client, operator, shelves
):
    first = client.post(RECEIVE, sealed(uploaded(client, DELIVERY)))

    preview = uploaded(client, DELIVERY)

    assert preview.context["same"] == first.url
    assert "uploaded before" in preview.content.decode()
    client.post(RECEIVE, sealed(preview))
    assert on_hand() == [("HAT", "main", 20), ("TIE", "main", 10), ("TIE", "north", 6)]


def test_a_delivery_that_was_interrupted_goes_on_where_it_was(client, operator, store, shelves):
    for number in range(200):
        StockItemFactory(variant__product__store=store, variant__sku=f"S{number}", on_hand=0)
    rows = "".join(f"S{number},1\n" for number in range(200))
    given = sealed(uploaded(client, f"sku,quantity\n{rows}HAT,5\n"))
    write = services.RECEIPTS.importer.write

    def dies(importer, planned):
        if len(planned) == 1:
            raise KeyboardInterrupt
        return write(importer, planned)

    with pytest.MonkeyPatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(services.RECEIPTS.importer, "write", dies)
        client.post(RECEIVE, given)
    assert ImportBatch.objects.get().position == 200

    client.post(RECEIVE, given)

    assert set(StockItem.objects.filter(variant__sku__startswith="S").values_list("on_hand")) == {
        (1,)
    }
    assert on_hand()[0] == ("HAT", "main", 15)


def test_refused_rows_are_to_be_had_before_and_after_and_come_in_again(client, operator, shelves):
    awkward = 'sku,quantity,note\n=cmd|x,4,"@a"\nHAT,many,\nTIE,4,"\n'
    preview = uploaded(client, awkward)

    before = client.post(RECEIVE, sealed(preview, "refused"))
    client.post(RECEIVE, sealed(preview))
    batch = GoodsReceipt.objects.get()
    after = client.get(reverse("admin:interchange_goodsreceipt_refused_file", args=[batch.pk]))

    assert before.content == after.content
    assert after["Content-Disposition"] == 'attachment; filename="refused.csv"'
    rows = list(csv.reader(io.StringIO(after.content.decode("utf-8-sig"))))
    assert rows[0] == ["sku", "quantity", "warehouse", "note", "reason"]
    assert rows[1][:4] == ["'=cmd|x", "4", "", "'@a"]
    assert rows[2][:4] == ["HAT", "many", "", ""]
    assert "is not CSV" in rows[3][4]
    mended = after.content.replace(b"many", b"2")
    assert len(uploaded(client, mended).context["plan"].received) == 1
    shown = client.get(reverse("admin:interchange_goodsreceipt_change", args=[batch.pk]))
    assert "is not a whole number" in shown.content.decode()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "submitted file is empty"),
        (b"sku;quantity\nHAT;5\n", "lacks the columns"),
        (b"sku,quantity\nH\xe4T,5\n", "It is not utf-8"),
        (b"\x1f\x8b" + b"x" * 50, "It is packed"),
        (b"sku\x00,quantity\n", "binary"),
        (b"sku,quantity\n" + b"A,1\n" * 70_000, "larger than 256 KB"),
        (b"sku,quantity\n" + b"".join(b"S%d,1\n" % n for n in range(2001)), "more than 2,000"),
        (b'sku,quantity\n"HAT,5\n' + b"x,1\n" * 10, "0 rows with 0 pieces"),
        (b"sku,quantity\nHAT,\x005\nTIE,0\n,4\nFOREIGN,1\nHAT,1000000000\n", "5 would be refused"),
    ],
)
def test_a_file_that_cannot_be_received_says_why(client, operator, shelves, content, complaint):
    answer = uploaded(client, content)

    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert on_hand() == BEFORE
    assert not ImportBatch.objects.exists()


def test_bytes_are_read_in_the_encoding_that_is_named(client, operator, store, shelves):
    StockItemFactory(variant__product__store=store, variant__sku="MÜTZE")
    content = "sku,quantity,note\nMÜTZE,2,für März\n"

    for encoding in ("cp1252", "utf-16"):
        preview = uploaded(client, content.encode(encoding), encoding=encoding)
        assert [row[-1] for row in preview.context["received"]["rows"]] == ["für März"]


def test_where_goods_go_and_what_fits_is_settled_before(client, operator, store, shelves):
    north = uploaded(client, "sku,quantity\nHAT,5\n", warehouse="north")
    assert [row[2] for row in north.context["received"]["rows"]] == ["North"]
    for warehouse in ("nowhere", "a\x00b"):
        wrong = uploaded(client, "sku,quantity\nHAT,5\n", warehouse=warehouse)
        assert "warehouse" in wrong.context["form"].errors

    twice = uploaded(client, "sku,quantity,warehouse\nHAT,5,\nHAT,5,main\nTIE,1,nowhere\n")

    assert [row[2] for row in twice.context["refused"]["rows"]] == [
        "line 3, sku: is there before, at line 2 ('HAT')",
        "line 4, warehouse: is not in the store ('nowhere')",
    ]


def test_what_is_given_up_between_the_look_and_the_press_is_refused_alone(
    client, operator, shelves
):
    preview = uploaded(client, DELIVERY)
    shelves["HAT"].variant.mark_deleted(now=timezone.now())

    answer = client.post(RECEIVE, sealed(preview))

    assert said(answer) == ["1 rows received, 3 refused."]
    assert on_hand() == [("HAT", "main", 10), ("TIE", "main", 10), ("TIE", "north", 3)]


def test_a_page_is_for_one_person_of_one_day(client, operator, store, shelves):
    with time_machine.travel("2026-03-01T12:00Z"):
        client.force_login(operator)
        given = sealed(uploaded(client, DELIVERY))
    with time_machine.travel("2026-03-02T12:01Z"):
        client.force_login(operator)
        late = client.post(RECEIVE, given)
    client.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    with time_machine.travel("2026-03-01T12:00Z"):
        other = client.post(RECEIVE, given)

    for answer in (late, other, client.post(RECEIVE, {"sealed": "a\x00b", "step": "receive"})):
        assert "too old" in answer.content.decode()
    assert on_hand() == BEFORE


def test_it_takes_the_scope_for_stock_and_no_other(client, store, shelves):
    client.force_login(UserFactory(store=store, is_staff=True, roles=["read_only"]))
    assert client.get(RECEIVE).status_code == 403
    assert uploaded(client, DELIVERY).status_code == 403

    client.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    client.post(RECEIVE, sealed(uploaded(client, DELIVERY)))
    assert on_hand() == AFTER
    listed = client.get(reverse("admin:interchange_goodsreceipt_changelist"))
    assert "delivery.csv" in listed.content.decode()


def test_the_receipt_of_another_store_is_not_there(client, operator):
    foreign = GoodsReceipt.objects.create(
        store=StockItemFactory().store, kind="receipts", actor="system"
    )
    for name in ("change", "refused_file"):
        at = reverse(f"admin:interchange_goodsreceipt_{name}", args=[foreign.pk])
        assert client.get(at).status_code == 302


def test_movements_lead_to_the_delivery_that_brought_them(client, operator, shelves):
    answer = client.post(RECEIVE, sealed(uploaded(client, DELIVERY)))

    shown = client.get(reverse("admin:inventory_stockmovement_changelist")).content.decode()

    assert f'<a href="{answer.url}" class="text-link">delivery.csv</a>' in shown


def test_a_receipt_is_taken_back_where_nothing_happened_since(client, operator, store, shelves):
    client.post(RECEIVE, sealed(uploaded(client, DELIVERY)))
    inventory.receive_stock(store=store, variant=shelves["HAT"].variant, quantity=1, by=None)

    report = services.revert_import(
        batch=ImportBatch.objects.get(), by=operator, now=timezone.now()
    )

    assert (report.reverted, report.refused) == (1, 1)
    assert on_hand() == [("HAT", "main", 16), ("TIE", "main", 10), ("TIE", "north", 0)]
    assert ImportRow.objects.filter(reverted_at__isnull=False).count() == 1


def test_the_same_name_means_the_same_delivery_whoever_sends_it(store, shelves):
    """By a program, with no page between: the record of the import is what is kept once."""
    from apps.interchange.goods_delivery import GoodsDelivery

    delivery = GoodsDelivery(content=b"sku,quantity\nHAT,5\n", once=uuid4())
    run = Import(store=store, by=None, now=timezone.now())

    assert {services.receive_delivery(delivery=delivery, run=run).pk for _ in range(3)} == {
        ImportBatch.objects.get().pk
    }
    assert on_hand()[0] == ("HAT", "main", 15)
