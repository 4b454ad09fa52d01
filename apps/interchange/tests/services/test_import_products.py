import io
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL import Image

from apps.catalog import services as catalog
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.core.money import Money
from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.errors import PictureNotLoaded
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.shopify import read_products
from apps.interchange.kinds import Import
from apps.interchange.report import ImportReport
from apps.interchange.services.import_products import PRODUCTS
from apps.interchange.source import Source
from apps.interchange.tests.factories import GARDEN, continuation, shopify_csv, shopify_row
from apps.inventory import services as inventory
from apps.inventory.models import StockItem
from apps.orders import services as orders

pytestmark = pytest.mark.django_db


def no_picture(path: str) -> bytes:
    raise PictureNotLoaded(f"{path} cannot be read: no such file.")


def png(path: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(file, "PNG")
    return file.getvalue()


def import_bytes(store, data, *, by=None, load_picture=no_picture, **options) -> ImportReport:
    return services.import_products(
        store=store,
        records=read_products(bounded_lines(io.BytesIO(data)), currency=store.currency),
        load_picture=load_picture,
        by=by,
        now=timezone.now(),
        **options,
    )


def import_rows(store, *rows, **options) -> ImportReport:
    return import_bytes(store, shopify_csv(*rows), **options)


def on_hand() -> dict[str, int]:
    return dict(StockItem.objects.values_list("variant__sku", "on_hand"))


def refusals(report: ImportReport) -> list[str]:
    return [str(fault) for outcome in report.refusals for fault in outcome.faults]


@pytest.fixture
def garden() -> bytes:
    return GARDEN.read_bytes()


def test_the_store_has_what_the_file_says(store, garden):
    report = import_bytes(store, garden)
    assert str(report) == "3 created, 0 changed, 0 unchanged, 0 refused"
    prices = Variant.objects.order_by("pk").values_list("sku", "price_amount", "compare_at_amount")
    assert list(prices) == [
        ("HAZEL-TRUG", Decimal("38.00"), None),
        ("GLV-S-MOSS", Decimal("24.50"), Decimal("29.95")),
        ("GLV-M-MOSS", Decimal("24.50"), None),
        ("GARDEN-GLOVES_LARGE_MOSS", Decimal("26.00"), None),
        ("TULIP-BULBS", Decimal("7.95"), None),
    ]
    gloves = Product.objects.get(slug="garden-gloves")
    assert gloves.title == "Garden Gloves"
    assert gloves.vendor == "Fernhill"
    assert gloves.options == ["Size", "Colour"]
    assert gloves.tags == ["garden"]
    assert gloves.is_published
    assert [one.name for one in gloves.categories.all()] == ["Gloves"]
    assert gloves.metadata["seo"]["title"] == "Garden gloves"
    assert [image.source_url for image in gloves.images.order_by("position")] == [
        "https://pictures.example/gloves-cuff.jpg",
        "https://pictures.example/gloves.jpg",
        "https://pictures.example/gloves-pair.jpg",
    ]
    assert not Product.objects.get(slug="tulip-bulbs").is_published


def test_opening_stock_is_received_and_can_be_bought(store, garden):
    import_bytes(store, garden)
    assert on_hand() == {"HAZEL-TRUG": 4, "GLV-S-MOSS": 12, "GARDEN-GLOVES_LARGE_MOSS": 7}
    assert set(Variant.objects.filter(in_stock=True).values_list("sku", flat=True)) == {
        "HAZEL-TRUG",
        "GLV-S-MOSS",
        "GARDEN-GLOVES_LARGE_MOSS",
    }


def test_what_was_sold_stays_sold_when_the_file_is_imported_again(store, garden, shopper):
    import_bytes(store, garden)
    order = orders.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[orders.RequestedLine(variant="HAZEL-TRUG", quantity=3)],
        shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
        by=shopper,
        now=timezone.now(),
    )
    with transaction.atomic():
        locked = orders.lock_order(store=store, order_id=order.public_id)
        orders.mark_order_paid(order=locked, by=shopper, now=timezone.now())
    assert on_hand()["HAZEL-TRUG"] == 1
    report = import_bytes(store, garden)
    assert str(report) == "0 created, 0 changed, 3 unchanged, 0 refused"
    assert on_hand()["HAZEL-TRUG"] == 1


def test_importing_again_changes_nothing_and_tells_nobody(store, garden):
    import_bytes(store, garden)
    events = OutboxEvent.objects.count()
    versions = list(Product.objects.order_by("pk").values_list("version", flat=True))
    report = import_bytes(store, garden)
    assert str(report) == "0 created, 0 changed, 3 unchanged, 0 refused"
    assert OutboxEvent.objects.count() == events
    assert list(Product.objects.order_by("pk").values_list("version", flat=True)) == versions


def test_importing_again_leaves_stock_alone(store):
    row = shopify_row(variant_sku="A1", variant_inventory_qty="5")
    import_rows(store, row)
    variant = Variant.objects.get(sku="A1")
    inventory.adjust_stock(
        store=store, variant=variant, quantity=3, expected_on_hand=5, reason="counted", by=None
    )
    report = import_rows(store, row | {"Variant Price": "40.00", "Variant Inventory Qty": "9"})
    assert str(report) == "0 created, 1 changed, 0 unchanged, 0 refused"
    assert on_hand() == {"A1": 3}
    variant.refresh_from_db()
    assert variant.price == Money(Decimal("40.00"), "EUR")


def test_writes_only_what_is_different(store):
    import_rows(store, shopify_row(variant_sku="A1"), shopify_row(handle="fern", title="Fern"))
    before = OutboxEvent.objects.values_list("pk", flat=True)
    seen = set(before)
    report = import_rows(
        store,
        shopify_row(variant_sku="A1", title="Hazel Trug"),
        shopify_row(handle="fern", title="Fern"),
    )
    assert str(report) == "0 created, 1 changed, 1 unchanged, 0 refused"
    news = OutboxEvent.objects.exclude(pk__in=seen)
    assert [(event.name, event.payload["changed"]) for event in news] == [
        ("product.updated", ["title"]),
        ("data.imported", 1),
    ]


def test_a_new_variant_of_a_known_product_gets_its_opening_stock(store):
    small = shopify_row(option1_name="Size", option1_value="S", variant_inventory_qty="2")
    import_rows(store, small)
    report = import_rows(
        store,
        small,
        continuation(option1_value="M", variant_price="39.00", variant_inventory_qty="6"),
    )
    assert str(report) == "0 created, 1 changed, 0 unchanged, 0 refused"
    assert on_hand() == {"TRUG_S": 2, "TRUG_M": 6}


def test_a_variant_keeps_its_identity_when_its_options_are_renamed(store):
    row = shopify_row(variant_sku="A1", option1_name="Size", option1_value="S")
    import_rows(store, row)
    variant = Variant.objects.get()
    import_rows(store, row | {"Option1 Value": "Small"})
    assert Variant.objects.get() == variant
    assert Variant.objects.get().option_values == ["Small"]


def test_a_sku_that_staff_has_given_is_not_taken_back_by_a_derived_one(store):
    import_rows(store, shopify_row())
    variant = Variant.objects.get()
    catalog.update_variant(
        store=store, product_id=variant.product_id, variant_id=variant.pk, by=None, sku="MINE"
    )
    report = import_rows(store, shopify_row())
    assert str(report) == "0 created, 0 changed, 1 unchanged, 0 refused"
    assert Variant.objects.get().sku == "MINE"


def test_columns_that_the_file_lacks_are_left_as_they_are(store, garden):
    import_bytes(store, garden)
    row = {"Handle": "hazel-trug", "Title": "Hazel Trug", "Variant Price": "41.00"}
    report = import_bytes(store, shopify_csv(row, header=tuple(row)))
    assert str(report) == "0 created, 1 changed, 0 unchanged, 0 refused"
    trug = Product.objects.get(slug="hazel-trug")
    assert trug.description == '<p>A shallow basket, "split" from hazel.</p>'
    assert trug.tags == ["garden", "harvest"]
    assert trug.is_published
    assert trug.variants.get().weight_grams == 850
    assert trug.variants.get().price_amount == Decimal("41.00")
    assert trug.metadata == {"shopify": {"Gift Card": "false"}}


def test_a_price_at_or_above_a_compare_at_price_that_stays_is_refused(store, garden):
    import_bytes(store, garden)
    cells = {"Handle": "garden-gloves", "Title": "Garden Gloves", "Variant SKU": "GLV-S-MOSS"}
    options = {
        "Option1 Name": "Size",
        "Option1 Value": "Small",
        "Option2 Name": "Colour",
        "Option2 Value": "Moss",
        "Variant Price": "31.00",
    }
    row = cells | options
    report = import_bytes(store, shopify_csv(row, header=tuple(row)))
    assert refusals(report) == ["line 2, compare_at: It must be above the price."]
    assert Variant.objects.get(sku="GLV-S-MOSS").price_amount == Decimal("24.50")


def test_what_staff_has_added_stays(store):
    import_rows(store, shopify_row(type="Baskets", option1_name="Size", option1_value="S"))
    trug = Product.objects.get()
    gifts = catalog.create_category(store=store, by=None, name="Gifts")
    catalog.update_product(
        store=store,
        product_id=trug.pk,
        by=None,
        categories=["baskets", gifts.slug],
        metadata=trug.metadata | {"supplier": "Hazel & Sons"},
        is_featured=True,
    )
    catalog.create_variant(
        store=store,
        product_id=trug.pk,
        by=None,
        sku="TRUG-XL",
        price=Money(Decimal(60), "EUR"),
        option_values=["XL"],
    )
    report = import_rows(store, shopify_row(type="Willow", option1_name="Size", option1_value="S"))
    assert str(report) == "0 created, 1 changed, 0 unchanged, 0 refused"
    trug.refresh_from_db()
    assert {one.name for one in trug.categories.all()} == {"Baskets", "Gifts", "Willow"}
    assert trug.metadata["supplier"] == "Hazel & Sons"
    assert trug.is_featured
    assert Variant.objects.filter(sku="TRUG-XL").exists()


def test_categories_follow_the_path(store):
    import_rows(
        store,
        shopify_row(product_category="Garden > Baskets"),
        shopify_row(handle="fern", title="Fern", product_category="Garden > Plants"),
        shopify_row(handle="moss", title="Moss", product_category="Home > Plants"),
    )
    rows = Category.objects.order_by("pk").values_list("slug", "name", "parent__slug")
    assert list(rows) == [
        ("garden", "Garden", None),
        ("baskets", "Baskets", "garden"),
        ("plants", "Plants", "garden"),
        ("home", "Home", None),
        ("home-plants", "Plants", "home"),
    ]
    assert Category.objects.get(slug="home-plants").products.get().slug == "moss"


def test_every_category_finds_a_slug_of_its_own(store):
    paths = ["A > B > C", "A > B C", "A B > C", "C", "Ü"]
    report = import_rows(
        store,
        *(
            shopify_row(handle=f"trug-{number}", title="Trug", product_category=path)
            for number, path in enumerate(paths)
        ),
    )
    assert str(report) == "5 created, 0 changed, 0 unchanged, 0 refused"
    assert list(Category.objects.order_by("pk").values_list("name", "slug")) == [
        ("A", "a"),
        ("B", "b"),
        ("C", "c"),
        ("B C", "b-c"),
        ("A B", "a-b"),
        ("C", "a-b-c"),
        ("C", "c-2"),
        ("Ü", "u"),
    ]


def test_descriptions_lose_what_could_do_harm(store):
    row = shopify_row(body='<p onclick="x()">Fine</p><script>steal()</script>')
    import_rows(store, row)
    assert Product.objects.get().description == "<p>Fine</p>"
    assert str(import_rows(store, row)) == "0 created, 0 changed, 1 unchanged, 0 refused"


def test_pictures_beside_the_file_are_taken_over_once(store):
    rows = [shopify_row(image_src="a.png"), continuation(image_src="b.png")]
    import_rows(store, *rows, load_picture=png)
    assert ProductImage.objects.count() == 2
    assert all(default_storage.exists(one.file.name) for one in ProductImage.objects.all())
    report = import_rows(store, *rows, load_picture=png)
    assert str(report) == "0 created, 0 changed, 1 unchanged, 0 refused"
    import_rows(store, *rows, continuation(image_src="c.png"), load_picture=png)
    assert ProductImage.objects.count() == 3


def test_a_picture_that_staff_deleted_stays_away(store):
    row = shopify_row(image_src="https://pictures.example/trug.jpg")
    import_rows(store, row)
    image = ProductImage.objects.get()
    catalog.delete_image(
        store=store,
        product_id=image.product_id,
        image_id=image.pk,
        by=None,
        now=timezone.now(),
    )
    assert str(import_rows(store, row)) == "0 created, 0 changed, 1 unchanged, 0 refused"
    assert not ProductImage.objects.exists()


def test_a_missing_picture_refuses_the_product_whole(store):
    report = import_rows(store, shopify_row(image_src="a.png"), shopify_row(handle="fern"))
    assert refusals(report) == ["line 2: a.png cannot be read: no such file."]
    assert [one.slug for one in Product.objects.all()] == ["fern"]


def test_a_broken_picture_leaves_no_file_behind(store):
    stored = []

    def load(path: str) -> bytes:
        return png(path) if path == "a.png" else b"broken"

    with pytest.MonkeyPatch.context() as patch:
        save = default_storage.save
        patch.setattr(
            default_storage, "save", lambda *args: stored.append(save(*args)) or stored[-1]
        )
        report = import_rows(
            store,
            shopify_row(image_src="a.png"),
            continuation(image_src="b.png"),
            load_picture=load,
        )
    assert refusals(report) == ["line 2: Not a readable JPEG, PNG or WebP picture."]
    assert not Product.objects.exists()
    assert len(stored) == 2
    assert [name for name in stored if default_storage.exists(name)] == []


def test_a_refused_product_leaves_the_others_alone(store):
    report = import_rows(
        store,
        shopify_row(variant_price="12,50"),
        shopify_row(handle="fern", title="Fern"),
        shopify_row(handle="featured", title="Moss"),
    )
    assert str(report) == "1 created, 0 changed, 0 unchanged, 2 refused"
    assert refusals(report) == [
        "line 2, Variant Price: is not a decimal number such as 1234.50 ('12,50')",
        "line 4, slug: This slug is reserved for something else.",
    ]
    assert [one.slug for one in Product.objects.all()] == ["fern"]


def test_a_sku_of_another_product_is_refused(store):
    import_rows(store, shopify_row(variant_sku="A1"))
    report = import_rows(store, shopify_row(handle="fern", title="Fern", variant_sku="A1"))
    assert refusals(report) == ["line 2: its SKU belongs to the product trug ('A1')"]
    assert Product.objects.count() == 1


def test_another_number_of_options_is_refused(store):
    import_rows(store, shopify_row(variant_sku="A1"))
    report = import_rows(
        store, shopify_row(variant_sku="A1", option1_name="Size", option1_value="S")
    )
    assert refusals(report) == ["line 2: The product's variants have another number of options"]
    assert Product.objects.get().options == []


def test_a_change_of_somebody_else_meanwhile_is_not_overwritten(store):
    rows = [shopify_row(handle="fern", title="Fern"), shopify_row(title="Mine")]
    import_rows(store, *rows)
    trug = Product.objects.get(slug="trug")

    def staff_edits(path):  # both were planned by then
        catalog.update_product(store=store, product_id=trug.pk, by=None, title="Theirs")
        return png(path)

    rows[0]["Image Src"] = "fern.png"
    rows[1]["Title"] = "Mine, again"
    report = import_rows(store, *rows, load_picture=staff_edits)
    assert refusals(report) == ["line 3: Read it again, then repeat your change."]
    trug.refresh_from_db()
    assert trug.title == "Theirs"


def test_events_say_who_imported(store, staff):
    import_rows(store, shopify_row(variant_inventory_qty="2"), by=staff)
    actors = set(OutboxEvent.objects.values_list("actor", flat=True))
    assert actors == {f"user:{staff.public_id}"}


def test_a_plan_tells_the_same_and_writes_nothing(store, garden):
    def plan(data):
        records = read_products(bounded_lines(io.BytesIO(data)), currency="EUR")
        return services.plan_import(
            kind=PRODUCTS,
            run=Import(store=store, by=None, now=timezone.now()),
            source=Source(records=records),
        )

    assert str(plan(garden)) == "3 created, 0 changed, 0 unchanged, 0 refused"
    assert not Product.objects.exists()
    assert not Category.objects.exists()
    assert not OutboxEvent.objects.exists()
    import_bytes(store, garden)
    cheaper = garden.replace(b",38,", b",36,").replace(b"7.95", b"-7.95")
    assert str(plan(cheaper)) == "0 created, 1 changed, 1 unchanged, 1 refused"
    assert Variant.objects.get(sku="HAZEL-TRUG").price_amount == Decimal("38.00")
