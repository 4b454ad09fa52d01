import io
import tracemalloc
from decimal import Decimal

import pytest

from apps.core.money import Money
from apps.interchange.errors import UnusableFile
from apps.interchange.formats.lines import bounded_lines, open_lines
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify import read_products
from apps.interchange.tests.factories import GARDEN, continuation, shopify_csv, shopify_row


def read(data: bytes, *, currency: str = "EUR") -> list[ProductRecord | RefusedRecord]:
    return list(read_products(bounded_lines(io.BytesIO(data)), currency=currency))


def faults_of(data: bytes, *, currency: str = "EUR") -> list[str]:
    (record,) = read(data, currency=currency)
    assert isinstance(record, RefusedRecord)
    return [str(fault) for fault in record.faults]


@pytest.fixture
def garden() -> list[ProductRecord]:
    with open_lines(str(GARDEN)) as lines:
        return list(read_products(lines, currency="EUR"))


def test_reads_one_record_for_each_handle(garden):
    assert [(one.line, one.slug, len(one.variants), len(one.images)) for one in garden] == [
        (2, "hazel-trug", 1, 1),
        (3, "garden-gloves", 3, 3),
        (8, "tulip-bulbs", 1, 0),
    ]


def test_reads_what_belongs_to_a_product(garden):
    trug, gloves, bulbs = garden
    assert trug.title == "Hazel Trug"
    assert trug.description == '<p>A shallow basket, "split" from hazel.</p>'
    assert trug.vendor == "Fernhill"
    assert trug.product_type == "Basket"
    assert trug.category_paths == (("Basket",),)
    assert trug.tags == ("garden", "harvest")
    assert gloves.description == "Goatskin, soft from the first day.\nWash them by hand."
    assert (trug.is_published, gloves.is_published, bulbs.is_published) == (True, True, False)


def test_title_default_title_stands_for_no_options(garden):
    trug, gloves, _ = garden
    assert trug.options == ()
    assert trug.variants[0].option_values == ()
    assert gloves.options == ("Size", "Colour")
    assert [one.option_values for one in gloves.variants] == [
        ("Small", "Moss"),
        ("Medium", "Moss"),
        ("Large", "Moss"),
    ]


def test_reads_prices_weights_and_stock_of_each_variant(garden):
    small, medium, large = garden[1].variants
    assert [one.price for one in (small, medium, large)] == [
        Money(Decimal("24.5"), "EUR"),
        Money(Decimal("24.5"), "EUR"),
        Money(Decimal("26.00"), "EUR"),
    ]
    assert small.compare_at == Money(Decimal("29.95"), "EUR")
    assert [one.weight_grams for one in (small, medium, large)] == [120, 126, 130]
    assert [one.opening_stock for one in (small, medium, large)] == [12, 0, 7]
    assert [one.barcode for one in (small, medium, large)] == [
        "2000000000015",
        "2000000000022",
        "",
    ]


def test_derives_a_missing_sku_from_handle_and_options(garden):
    assert [one.sku for one in garden[1].variants] == [
        "GLV-S-MOSS",
        "GLV-M-MOSS",
        "GARDEN-GLOVES_LARGE_MOSS",
    ]
    assert ["sku" in one.said for one in garden[1].variants] == [True, True, False]


def test_orders_images_by_their_position(garden):
    assert [one.source for one in garden[1].images] == [
        "https://pictures.example/gloves-cuff.jpg",
        "https://pictures.example/gloves.jpg",
        "https://pictures.example/gloves-pair.jpg",
    ]
    assert garden[1].images[0].alt_text == "The cuff"


def test_keeps_what_has_no_field_in_metadata(garden):
    gloves = garden[1]
    assert gloves.metadata == {
        "seo": {"title": "Garden gloves", "description": "Goatskin gloves in three sizes"},
        "shopify": {"Gift Card": "false"},
    }
    assert gloves.variants[0].metadata == {
        "shopify": {
            "Variant Inventory Tracker": "shopify",
            "Variant Inventory Policy": "deny",
            "Variant Fulfillment Service": "manual",
            "Variant Requires Shipping": "true",
            "Variant Taxable": "true",
            "Variant Image": "https://pictures.example/gloves-moss.jpg",
            "Variant Weight Unit": "g",
        }
    }


def test_a_compare_at_price_that_is_no_reduction_is_kept_in_metadata(garden):
    medium = garden[1].variants[1]
    assert medium.compare_at is None
    assert medium.metadata["shopify"]["Variant Compare At Price"] == "24.50"


def test_reads_the_newer_header():
    data = (
        b"Title,URL handle,Description,Product category,Type,Tags,Published on online store,Status,"
        b"SKU,Barcode,Option1 name,Option1 value,Price,Compare-at price,Cost per item,"
        b"Inventory quantity,Weight value (grams),Product image URL,Image alt text,SEO title\r\n"
        b"Fern,fern,Green.,Home & Garden > Plants > Ferns,Plant,shade,TRUE,Active,"
        b"FRN-1,0123,Pot,Clay,12.00,15.00,4.10,9,1250,https://pictures.example/fern.png,A fern,"
        b"Ferns\r\n"
    )
    (fern,) = read(data)
    assert (fern.slug, fern.title, fern.description) == ("fern", "Fern", "Green.")
    assert fern.category_paths == (("Home & Garden", "Plants", "Ferns"),)
    assert fern.is_published
    assert fern.metadata == {"seo": {"title": "Ferns"}}
    (pot,) = fern.variants
    assert (pot.sku, pot.barcode, pot.weight_grams, pot.opening_stock) == ("FRN-1", "0123", 1250, 9)
    assert pot.price == Money(Decimal("12.00"), "EUR")
    assert pot.compare_at == Money(Decimal("15.00"), "EUR")
    assert pot.metadata == {"shopify": {"Cost per item": "4.10"}}
    assert [one.source for one in fern.images] == ["https://pictures.example/fern.png"]


def test_says_which_fields_the_file_has_columns_for():
    header = ("Handle", "Title", "Variant Price", "Tags")
    row = {"Handle": "trug", "Title": "Trug", "Variant Price": "38", "Tags": ""}
    (trug,) = read(shopify_csv(row, header=header))
    assert trug.said == {"title", "options", "option_values", "price", "tags"}


@pytest.mark.parametrize(
    ("published", "status", "expected"),
    [
        ("true", "active", True),
        ("TRUE", "", True),
        ("", "", True),
        ("false", "active", False),
        ("true", "draft", False),
        ("true", "Archived", False),
    ],
)
def test_is_published_when_both_columns_agree(published, status, expected):
    (trug,) = read(shopify_csv(shopify_row(published=published, status=status)))
    assert trug.is_published is expected


def test_blank_rows_are_no_rows():
    data = shopify_csv(shopify_row(), {}, shopify_row(handle="fern", title="Fern"))
    assert [one.slug for one in read(data)] == ["trug", "fern"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (
            {"variant_price": "12,50"},
            "line 2, Variant Price: is not a decimal number such as 1234.50 ('12,50')",
        ),
        (
            {"variant_price": "1,250.00"},
            "line 2, Variant Price: is not a decimal number such as 1234.50 ('1,250.00')",
        ),
        ({"variant_price": "-3"}, "line 2, Variant Price: is negative ('-3')"),
        (
            {"variant_price": "9.999"},
            "line 2, Variant Price: has more decimals than EUR ('9.999')",
        ),
        ({"variant_price": ""}, "line 2, Variant Price: is missing"),
        (
            {"variant_compare_at_price": "much"},
            "line 2, Variant Compare At Price: is not a decimal number such as 1234.50 ('much')",
        ),
        ({"variant_inventory_qty": "-1"}, "line 2, Variant Inventory Qty: is negative ('-1')"),
        (
            {"variant_inventory_qty": "1.5"},
            "line 2, Variant Inventory Qty: is not a whole number ('1.5')",
        ),
        (
            {"variant_inventory_qty": "3000000000"},
            "line 2, Variant Inventory Qty: is above 1000000000 ('3000000000')",
        ),
        ({"variant_grams": "-5"}, "line 2, Variant Grams: is negative ('-5')"),
        ({"title": ""}, "line 2, Title: is missing in the first row of the product"),
        ({"title": "T" * 256}, f"line 2, Title: is longer than 255 characters ('{'T' * 60}')"),
        ({"handle": "a b"}, "line 2, Handle: has more than letters, digits, - and _ ('a b')"),
        ({"published": "maybe"}, "line 2, Published: is neither true nor false ('maybe')"),
        (
            {"status": "sold"},
            "line 2, Status: is none of active, draft, archived and unlisted ('sold')",
        ),
        ({"option1_name": "Size"}, "line 2, Option1 Value: is missing"),
        (
            {"option2_value": "Red"},
            "line 2, Option2 Value: is the value of an option without a name ('Red')",
        ),
        (
            {"image_src": "javascript:alert(1)"},
            "line 2, Image Src: is neither a web address nor a path ('javascript:alert(1)')",
        ),
        ({"title": "Tr\x00ug"}, "line 2, Title: holds a NUL character"),
    ],
)
def test_refuses_a_row_and_says_where_and_why(cells, fault):
    assert faults_of(shopify_csv(shopify_row(**cells))) == [fault]


def test_amounts_have_the_decimals_of_the_currency():
    assert faults_of(shopify_csv(shopify_row(variant_price="980.50")), currency="JPY") == [
        "line 2, Variant Price: has more decimals than JPY ('980.50')"
    ]
    (trug,) = read(shopify_csv(shopify_row(variant_price="980.00")), currency="JPY")
    assert trug.variants[0].price == Money(Decimal("980.00"), "JPY")


def test_tells_every_fault_of_a_product_at_once():
    data = shopify_csv(
        shopify_row(variant_price="a", option1_name="Size", option1_value="S"),
        continuation(variant_price="b", option1_value="M"),
    )
    assert faults_of(data) == [
        "line 2, Variant Price: is not a decimal number such as 1234.50 ('a')",
        "line 3, Variant Price: is not a decimal number such as 1234.50 ('b')",
    ]


def test_refuses_a_combination_of_options_that_is_there_twice():
    data = shopify_csv(
        shopify_row(option1_name="Size", option1_value="S"),
        continuation(variant_price="38", option1_value="S"),
    )
    assert faults_of(data) == [
        "line 3, Option1 Value: has the options of line 2 again ('S')",
    ]


def test_refuses_another_title_in_the_same_product():
    data = shopify_csv(shopify_row(), continuation(title="Basket", image_src="a.png"))
    assert faults_of(data) == [
        "line 3, Title: is another than in the first row of the product ('Basket')"
    ]


def test_refuses_a_handle_that_comes_back_later():
    first, fern, again = read(
        shopify_csv(shopify_row(), shopify_row(handle="fern"), shopify_row(variant_sku="TRUG-2"))
    )
    assert isinstance(first, ProductRecord)
    assert isinstance(fern, ProductRecord)
    assert [str(fault) for fault in again.faults] == [
        "line 4: its handle was used before, at line 2; rows of a product come together ('trug')"
    ]


def test_refuses_a_sku_that_another_product_has():
    _, fern = read(
        shopify_csv(shopify_row(variant_sku="A1"), shopify_row(handle="fern", variant_sku="A1"))
    )
    assert [str(fault) for fault in fern.faults] == [
        "line 3: its SKU was used before, at line 2 ('A1')"
    ]


def test_a_ragged_row_refuses_its_product_alone():
    data = b"Handle,Title,Variant Price\ntrug,Trug\nfern,Fern,9.00\nmoss,Moss,1.00,,\n"
    trug, fern, moss = read(data)
    assert [str(fault) for fault in trug.faults] == [
        "line 2: has 2 cells where the header has 3",
        "line 2, Variant Price: is missing",
    ]
    assert isinstance(fern, ProductRecord)
    assert [str(fault) for fault in moss.faults] == ["line 4: has 5 cells where the header has 3"]


def test_a_row_that_is_no_csv_refuses_the_product_it_may_belong_to():
    data = b'Handle,Title,Variant Price\ntrug,Trug,38\ntrug,"a"b,1\nfern,Fern,9.00\n'
    trug, fern = read(data)
    assert [str(fault) for fault in trug.faults] == ["line 3: is not CSV: ',' expected after '\"'"]
    assert isinstance(fern, ProductRecord)


def test_bytes_of_another_encoding_refuse_their_row():
    rows = b"".join(b"p%05d,Plant,5.00\n" % number for number in range(5000))
    data = b"Handle,Title,Variant Price\n" + rows + b"cafe,Caf\xe9,9.00\n"
    cafe = read(data)[-1]
    assert [str(fault) for fault in cafe.faults] == [
        "line 5002, Title: holds bytes that are not in the file's encoding"
    ]


def test_a_product_with_too_many_rows_is_refused():
    rows = [shopify_row()] + [continuation(image_src=f"{n}.png") for n in range(520)]
    assert faults_of(shopify_csv(*rows)) == [
        "line 2: begins a product of more than 500 rows",
        "line 2, Handle: has more than 250 images ('trug')",
    ]


def test_refuses_a_file_without_the_columns():
    with pytest.raises(UnusableFile) as refused:
        read(b"ID,SKU,Name\n1,a,b\n")
    assert refused.value.detail == (
        "Its first line lacks the columns Handle, Title, Variant Price; found: ID, SKU, Name"
    )


def test_refuses_a_file_with_two_columns_for_one_thing():
    with pytest.raises(UnusableFile) as refused:
        read(b"Handle,Title,Variant Price,Price\ntrug,Trug,1,2\n")
    assert refused.value.detail == "It has two columns for price: Variant Price and Price."


def test_memory_does_not_grow_with_the_file():
    def peak(products: int) -> int:
        header = b"Handle,Title,Body (HTML),Variant Price\n"
        body = b"p%07d,Plant," + b"x" * 2000 + b",5.00\n"
        data = header + b"".join(body % number for number in range(products))
        tracemalloc.start()
        for _ in read_products(bounded_lines(io.BytesIO(data)), currency="EUR"):
            pass
        return tracemalloc.get_traced_memory()[1]

    try:
        small = peak(100)
        tracemalloc.stop()
        large = peak(1500)
    finally:
        tracemalloc.stop()
    assert large - small < 1_000_000  # the file is 2.8 MB larger
