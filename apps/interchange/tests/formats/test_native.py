import io
import json
from datetime import UTC, datetime

import pytest

from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.native import read_products
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.tests.factories import native_csv, native_row


def read(data: bytes) -> list[ProductRecord | RefusedRecord]:
    return list(read_products(bounded_lines(io.BytesIO(data)), currency="EUR"))


def faults(data: bytes) -> list[str]:
    return [
        str(fault) for one in read(data) if isinstance(one, RefusedRecord) for fault in one.faults
    ]


FIRST = native_row(
    product_title="'=Trug",
    description="<p>Woven.</p>",
    vendor="Fernhill",
    product_type="Basket",
    tags='willow,"hand, made"',
    categories="garden > baskets;gifts",
    published_at="2026-01-31T12:00:00.5Z",
    is_featured="true",
    product_metadata='{"a": [1]}',
    option1_name="Size",
    option1_value="S",
    variant_title="Small",
    compare_at="45",
    currency="EUR",
    barcode="401",
    weight_grams="1200",
    position="3",
    variant_metadata='{"b": null}',
    stock="7",
    image_urls="https://pictures.example/a.jpg pictures/b.png",
    image_alts='["A trug"]',
)
SECOND = {"product_slug": "trug", "sku": "A2", "price": "40.00", "option1_value": "M"}
OBJECT = {
    "product_slug": "trug",
    "product_title": "=Trug",
    "description": "<p>Woven.</p>",
    "vendor": "Fernhill",
    "product_type": "Basket",
    "tags": ["willow", "hand, made"],
    "categories": ["garden > baskets", "gifts"],
    "published_at": "2026-01-31T12:00:00.5Z",
    "is_featured": True,
    "product_metadata": {"a": [1]},
    "options": ["Size"],
    "variants": [
        {
            "sku": "A1",
            "variant_title": "Small",
            "option_values": ["S"],
            "price": "38.00",
            "compare_at": "45",
            "currency": "EUR",
            "barcode": "401",
            "weight_grams": 1200,
            "position": 3,
            "variant_metadata": {"b": None},
            "stock": 7,
        },
        {"sku": "A2", "price": "40.00", "option_values": ["M"]},
    ],
    "images": [
        {"url": "https://pictures.example/a.jpg", "alt": "A trug"},
        {"url": "pictures/b.png", "alt": ""},
    ],
}


@pytest.mark.parametrize(
    "data", [native_csv(FIRST, SECOND), json.dumps(OBJECT).encode() + b"\n"], ids=["csv", "json"]
)
def test_both_layouts_hold_the_whole_product(data):
    (record,) = read(data)
    assert isinstance(record, ProductRecord), record
    assert (record.slug, record.title, record.vendor) == ("trug", "=Trug", "Fernhill")
    assert record.tags == ("willow", "hand, made")
    assert record.category_paths == (("garden", "baskets"), ("gifts",))
    assert record.published_at == datetime(2026, 1, 31, 12, 0, 0, 500_000, tzinfo=UTC)
    assert record.is_featured
    assert record.metadata == {"a": [1]}
    assert record.options == ("Size",)
    small, medium = record.variants
    assert (small.sku, small.title, small.option_values, small.position) == (
        "A1",
        "Small",
        ("S",),
        3,
    )
    assert (str(small.price), str(small.compare_at)) == ("38.00 EUR", "45.00 EUR")
    assert (small.barcode, small.weight_grams, small.opening_stock) == ("401", 1200, 7)
    assert small.metadata == {"b": None}
    assert (medium.sku, medium.option_values, medium.opening_stock) == ("A2", ("M",), 0)
    assert [(one.source, one.alt_text) for one in record.images] == [
        ("https://pictures.example/a.jpg", "A trug"),
        ("pictures/b.png", ""),
    ]


def test_a_document_may_speak_of_infinity_and_not_hold_it():
    (record,) = read(native_csv(native_row(product_metadata='{"pool": "Infinity"}')))
    assert record.metadata == {"pool": "Infinity"}
    assert len(faults(native_csv(native_row(product_metadata='{"pool": 1e999}')))) == 1


def test_a_product_may_have_no_variant():
    (record,) = read(native_csv(native_row(sku="", price="")))
    assert record.variants == ()


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"price": "12,50"}, "line 2, price: is not a decimal number such as 1234.50 ('12,50')"),
        ({"price": "-1"}, "line 2, price: is negative ('-1')"),
        ({"price": "1.005"}, "line 2, price: has more decimals than EUR ('1.005')"),
        ({"currency": "USD"}, "line 2, currency: is not the store's, EUR ('USD')"),
        ({"compare_at": "38"}, "line 2, compare_at: is not above the price ('38')"),
        (
            {"published_at": "soon"},
            ("line 2, published_at: is not a time such as 2026-01-31T12:00:00Z ('soon')"),
        ),
        ({"product_metadata": "[1]"}, "line 2, product_metadata: is not a JSON object ('[1]')"),
        (
            {"product_metadata": '{"a": NaN}'},
            ("line 2, product_metadata: is not a JSON object ('{\"a\": NaN}')"),
        ),
        (
            {"product_metadata": '{"a": "\\u0000"}'},
            ('line 2, product_metadata: is not a JSON object (\'{"a": "\\\\u0000"}\')'),
        ),
        (
            {"tags": 'a,"b'},
            ("line 2, tags: is not a list of words with commas between them ('a,\"b')"),
        ),
        (
            {"option1_value": "S"},
            ("line 2, option1_value: is the value of an option without a name ('S')"),
        ),
        ({"option1_name": "Size"}, "line 2, option1_value: is missing"),
        ({"stock": "1.5"}, "line 2, stock: is not a whole number ('1.5')"),
        (
            {"image_urls": "javascript:alert(1)"},
            ("line 2, image_urls: holds neither a web address nor a path ('javascript:alert(1)')"),
        ),
        ({"sku": ""}, "line 2, sku: is missing"),
    ],
)
def test_what_cannot_be_read_is_refused(cells, fault):
    assert faults(native_csv(native_row(**cells))) == [fault]


@pytest.mark.parametrize("line", [b"[1]", b"{", b'{"tags": 3}', b'{"variants": "x"}'])
def test_a_line_that_is_no_product_is_refused_alone(line):
    good = json.dumps(OBJECT).encode()
    records = read(good + b"\n" + line + b"\n")
    assert isinstance(records[0], ProductRecord)
    assert isinstance(records[1], RefusedRecord)
    assert records[1].rows == ((line.decode(),),)


def test_a_null_character_in_an_object_is_refused():
    data = json.dumps(OBJECT | {"vendor": "a\x00b"}).encode()
    assert faults(data) == ["line 1, vendor: holds a NUL character"]


def test_columns_that_are_not_ours_are_kept():
    data = native_csv(native_row()).replace(b"image_alts", b"Shelf")
    rows = data.split(b"\r\n")
    rows[1] = rows[1] + b"B7"
    (record,) = read(b"\r\n".join(rows))
    assert record.metadata == {"columns": {"Shelf": "B7"}}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("images", [{}], "'url'"),
        ("images", [None], "not subscriptable"),
        ("tags", "willow", "tags is no list"),
        ("categories", {"garden": 1}, "categories is no list"),
        ("options", "Size", "options is no list"),
        ("options", ["Size", "Colour", "Grip", "\ud800"], "options has more than 3"),
        ("variants", {"sku": "A1"}, "variants is no list"),
        ("variants", [{}] * 1_001, "variants has more than"),
        ("variants", [{"option_values": ["S", "M", "L", "\x00"]}], "option_values has more than 3"),
    ],
)
def test_a_line_of_json_in_another_shape_is_refused(name, value, reason):
    assert reason in faults(json.dumps(OBJECT | {name: value}).encode())[0]


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_beyond_the_calendar_in_utc_is_refused(moment):
    """PostgreSQL would keep it, and whoever reads the product would fail."""
    data = native_csv(native_row(published_at=moment))
    assert "published_at: is not a time" in faults(data)[0]


def test_metadata_may_speak_of_infinity_but_not_hold_it():
    (product,) = read(native_csv(native_row(product_metadata='{"a": "To Infinity"}')))
    assert product.metadata == {"a": "To Infinity"}
    assert (
        "is not a JSON object" in faults(native_csv(native_row(product_metadata='{"a": 1e999}')))[0]
    )


@pytest.mark.parametrize(
    ("categories", "reason"),
    [
        (" > ".join(["a"] * 31), "has a path of more than 30 levels"),
        (";".join(map(str, range(251))), "has more than 250 paths"),
    ],
)
def test_no_row_makes_categories_without_end(categories, reason):
    assert reason in faults(native_csv(native_row(categories=categories)))[0]
