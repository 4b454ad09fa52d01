"""The stock-take on the staff site, step by step."""

from unittest.mock import ANY

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.count_lines import read_count_lines
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import (
    MainWarehouseFactory,
    ReservationFactory,
    StockItemFactory,
    WarehouseFactory,
)
from tests.statements import at_most

pytestmark = pytest.mark.django_db

TAKE = reverse("admin:inventory_stockitem_take_stock")


@pytest.fixture
def shelves(store):
    """Ten hats, ten shirts of which four are reserved, and ten ties."""
    MainWarehouseFactory(store=store)
    items = {
        sku: StockItemFactory(variant__product__store=store, variant__sku=sku)
        for sku in ("HAT", "SHIRT", "TIE")
    }
    ReservationFactory(stock_item=items["SHIRT"], quantity=4)
    StockItemFactory(variant__sku="FOREIGN")
    return items


def opened(client, **given):
    return client.post(TAKE, {"step": "open", "warehouse": "main"} | given)


def sent(answer, step, **counted):
    """What the page that was answered sends, with what was typed: HAT=7."""
    sheet = answer.context["form"]["sheet"].value()
    places = {sku: place for place, (sku, _) in enumerate(answer.context["sheet"].rows)}
    typed = {f"counted-{places[sku]}": number for sku, number in counted.items()}
    return {"step": step, "sheet": sheet, "reason": "Yearly count"} | typed


def labels(answer):
    return [(field.label, on_hand) for field, on_hand in answer.context["rows"]]


def on_hand():
    rows = StockItem.objects.exclude(variant__sku="FOREIGN")
    return dict(rows.values_list("variant__sku", "on_hand"))


def test_the_shelves_of_a_warehouse_are_opened_counted_compared_and_applied(
    client, operator, shelves
):
    assert "Begin with SKU" in client.get(TAKE).content.decode()
    with at_most(10):
        sheet = opened(client)
    assert labels(sheet) == [("HAT", 10), ("SHIRT", 10), ("TIE", 10)]

    preview = client.post(TAKE, sent(sheet, "preview", HAT=7, TIE=10))

    assert preview.context["compared"].table["rows"] == [["HAT", ANY, 10, 7, "-3", ""]]
    assert "1 differ, 1 are as on record, 1 were not counted" in preview.content.decode()
    assert on_hand() == {"HAT": 10, "SHIRT": 10, "TIE": 10}

    report = client.post(TAKE, sent(preview, "apply", HAT=7, TIE=10))

    assert report.context["report"]["rows"] == [
        ["HAT", "changed", 7, 7, ""],
        ["TIE", "confirmed", 10, 10, ""],
    ]
    assert on_hand() == {"HAT": 7, "SHIRT": 10, "TIE": 10}
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.note, movement.actor) == ("Yearly count", f"user:{operator.public_id}")
    event = OutboxEvent.objects.get(name="stock.counted")
    assert event.actor == f"user:{operator.public_id}"


def test_what_changed_since_the_page_was_opened_is_refused_alone_with_both_numbers(
    client, operator, shelves, store
):
    sheet = opened(client)
    inventory.receive_stock(store=store, variant=shelves["HAT"].variant, quantity=5, by=None)

    preview = client.post(TAKE, sent(sheet, "preview", HAT=7, SHIRT=3, TIE=9))
    report = client.post(TAKE, sent(sheet, "apply", HAT=7, SHIRT=3, TIE=9))

    assert [row[5] for row in preview.context["compared"].table["rows"]] == [
        "15 are on record, not 10.",
        "4 are reserved, more than 3.",
        "",
    ]
    assert report.context["report"]["rows"] == [
        ["HAT", "refused", 7, 15, "15 are on record, not 10."],
        ["SHIRT", "refused", 3, 10, "4 are reserved, more than 3."],
        ["TIE", "changed", 9, 9, ""],
    ]
    assert on_hand() == {"HAT": 15, "SHIRT": 10, "TIE": 9}


def test_a_page_that_is_sent_twice_counts_once(client, operator, shelves, store):
    sheet = opened(client)
    client.post(TAKE, sent(sheet, "apply", HAT=7))
    inventory.receive_stock(store=store, variant=shelves["HAT"].variant, quantity=3, by=None)

    again = client.post(TAKE, sent(sheet, "apply", HAT=7))

    assert again.context["report"]["rows"] == [["HAT", "done before", 7, 10, ""]]
    assert on_hand()["HAT"] == 10


def test_one_may_go_back_and_nothing_is_lost(client, operator, shelves):
    preview = client.post(TAKE, sent(opened(client), "preview", HAT=7, SHIRT=8))

    back = client.post(TAKE, sent(preview, "count", HAT=7, SHIRT=8))

    assert [field.value() for field, _ in back.context["rows"]] == ["7", "8", None]
    assert back.context["form"]["reason"].value() == "Yearly count"
    assert back.context["form"]["step"].value() == "preview"


@pytest.mark.parametrize(
    ("typed", "reason", "complaint"),
    [
        ({"HAT": "-1"}, "Yearly", "greater than or equal"),
        ({"HAT": "many"}, "Yearly", "Enter a whole number"),
        ({"HAT": "99999999999"}, "Yearly", "less than or equal"),
        ({"HAT": "7"}, "", "This field is required"),
        ({"HAT": "7"}, "a\x00b", "Null characters"),
        ({}, "Yearly", "Nothing was counted"),
    ],
)
def test_a_count_that_makes_no_sense_says_so_and_keeps_the_rest(
    client, operator, shelves, typed, reason, complaint
):
    for step in ("preview", "apply"):
        given = sent(opened(client), step, **typed) | {"reason": reason}
        answer = client.post(TAKE, given)

        assert answer.status_code == 200
        assert complaint in answer.content.decode()
        assert labels(answer) == [("HAT", 10), ("SHIRT", 10), ("TIE", 10)]
    assert on_hand() == {"HAT": 10, "SHIRT": 10, "TIE": 10}


def test_a_list_is_pasted_with_its_counts(client, operator, shelves):
    answer = opened(client, lines="SHIRT\t8\nHAT\nNONE;4\nFOREIGN,4\nTIE,x\nHAT,3\n")

    assert labels(answer) == [("SHIRT", 10), ("HAT", 10)]
    assert [field.value() for field, _ in answer.context["rows"]] == [8, None]
    assert answer.context["passed"] == [
        "TIE: 'x' is not a whole number",
        "HAT: is there twice",
        "FOREIGN: is not in the store",
        "NONE: is not in the store",
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"sku;counted\r\nHAT;7\r\n", ""),
        (b"\xef\xbb\xbfHAT,7\n", ""),
        (b"HAT,7\n\xff\xfe", "not UTF-8"),
        (b"HAT\x00,7\n", "binary"),
        (b"x" * 70_000, "larger than 64 KB"),
        ("\n".join(f"S{n}" for n in range(501)).encode(), "At most 500 SKUs"),
        (b"NONE,7\n", "None of these SKUs"),
        (b"", "submitted file is empty"),
        (b'"HAT,7\n=cmd|x,1\n', "None of these SKUs"),
    ],
)
def test_a_list_is_uploaded(client, operator, shelves, content, complaint):
    answer = opened(client, file=SimpleUploadedFile("count.csv", content))

    assert answer.status_code == 200
    if complaint:
        assert complaint in answer.content.decode()
    else:
        assert labels(answer) == [("HAT", 10)]
        assert [field.value() for field, _ in answer.context["rows"]] == [7]


def test_a_long_warehouse_is_counted_a_page_after_the_other(client, operator, store, shelves):
    for number in range(98):
        StockItemFactory(variant__product__store=store, variant__sku=f"A-{number:03}")

    with at_most(10):
        first = opened(client)
    report = client.post(TAKE, sent(first, "apply", HAT=9))

    assert len(labels(first)) == 100
    assert first.context["sheet"].following == "TIE"
    assert report.context["following"] == f"{TAKE}?warehouse=main&first=TIE"
    next_page = client.get(report.context["following"]).context["form"]
    assert (next_page["warehouse"].value(), next_page["first"].value()) == ("main", "TIE")
    assert labels(opened(client, first="TIE")) == [("TIE", 10)]
    assert "nothing on record" in opened(client, first="Z").content.decode()


def test_another_warehouse_has_nothing_on_record(client, operator, store, shelves):
    WarehouseFactory(store=store, code="north")

    sheet = opened(client, warehouse="north", lines="HAT")
    client.post(TAKE, sent(sheet, "apply", HAT=4))

    assert labels(sheet) == [("HAT", 0)]
    rows = StockItem.objects.filter(variant__sku="HAT").order_by("pk")
    assert list(rows.values_list("warehouse__code", "on_hand")) == [("main", 10), ("north", 4)]


def test_a_sheet_is_for_one_person_of_one_day(client, operator, store, shelves):
    with time_machine.travel("2026-03-01T12:00Z"):
        client.force_login(operator)
        given = sent(opened(client), "apply", HAT=7)
    with time_machine.travel("2026-03-02T12:01Z"):
        client.force_login(operator)
        late = client.post(TAKE, given)
    client.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    with time_machine.travel("2026-03-01T12:00Z"):
        other = client.post(TAKE, given)

    for answer in (late, other, client.post(TAKE, given | {"sheet": "abc"})):
        assert "too old" in answer.content.decode()
    assert on_hand()["HAT"] == 10


def test_what_was_given_up_meanwhile_is_told_of(client, operator, shelves):
    given = sent(opened(client), "apply", HAT=7, TIE=9)
    shelves["HAT"].variant.mark_deleted(now=shelves["HAT"].created_at)

    report = client.post(TAKE, given).context["report"]

    assert report["rows"] == [
        ["HAT", "refused", "", "", "is not in the store any more"],
        ["TIE", "changed", 9, 9, ""],
    ]


def test_lines_are_read_as_spreadsheets_write_them():
    read = read_count_lines('sku\tcount\n"A,1"\t3\n B ; 4 ;x\n\n,5\nC,1000000001\nD,٣\n')

    assert [(one.sku, one.counted, one.fault) for one in read] == [
        ("A,1", 3, ""),
        ("B", 4, ""),
        ("", None, "names no SKU"),
        ("C", None, "1000000001 is more than a warehouse can hold"),
        ("D", None, "'٣' is not a whole number"),
    ]
