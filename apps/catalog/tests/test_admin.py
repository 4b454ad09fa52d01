from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
    listed,
)
from apps.catalog.tests.pictures import picture
from apps.events.models import OutboxEvent
from tests.statements import at_most


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STORE_DIRECTORY_SECONDS = 3600


@pytest.fixture
def operator(store):
    return UserFactory(store=store, is_staff=True, is_superuser=True)


@pytest.fixture
def site(operator):
    site = Client()
    site.force_login(operator)
    site.get("/admin/")
    return site


def rows(prefix, *changes, known=0):
    """This function will return what a browser sends for the rows below a form."""
    total = {f"{prefix}-TOTAL_FORMS": len(changes), f"{prefix}-INITIAL_FORMS": known}
    return total | {
        f"{prefix}-{place}-{name}": value
        for place, row in enumerate(changes)
        for name, value in row.items()
    }


def product_form(*, variants=(), images=(), known_variants=0, known_images=0, **fields):
    return (
        {
            "title": "Cup",
            "slug": "",
            "description": "",
            "vendor": "",
            "product_type": "",
            "tags": "",
            "options": "",
            "metadata": "{}",
            "published_at_0": "",
            "published_at_1": "",
        }
        | fields
        | rows("variants", *variants, known=known_variants)
        | rows("images", *images, known=known_images)
    )


def events():
    return list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))


def save(site, address, form):
    response = site.post(address, form)
    if response.status_code == 200:
        raise AssertionError(said_by(response))
    assert response.status_code == 302
    return response


def said_by(response):
    """This function will return every error that the page shows."""
    page = response.context["adminform"].form
    below = [one.formset for one in response.context["inline_admin_formsets"]]
    return [page.errors, *(formset.errors for formset in below)]


def test_a_new_product_is_saved_with_its_rows_through_the_services(site, operator, store):
    shelf = CategoryFactory(store=store)
    form = product_form(
        title="Linen shirt",
        description="<p onclick='x()'>Light</p>",
        tags="linen, summer",
        options="Size",
        categories=[shelf.pk],
        published_at_0="2026-01-01",
        published_at_1="12:00:00",
        metadata='{"care": "30 degrees"}',
        variants=[
            {"sku": "S-M", "option_values": "M", "price_amount": "19.90", "position": "0"},
            {
                "sku": "S-L",
                "option_values": "L",
                "price_amount": "21",
                "compare_at_amount": "25",
                "position": "0",
            },
        ],
        images=[
            {"upload": SimpleUploadedFile("a.jpg", picture()), "alt": "Shirt", "position": "0"},
            {"source_url": "https://pictures.example/b.jpg", "position": "0"},
        ],
    )

    save(site, "/admin/catalog/product/add/", form)

    product = Product.objects.get()
    assert (product.store, product.slug) == (store, "linen-shirt")
    assert product.description == "<p>Light</p>"
    assert product.tags == ["linen", "summer"]
    assert product.options == ["Size"]
    assert product.metadata == {"care": "30 degrees"}
    assert product.published_at == datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert list(product.categories.all()) == [shelf]
    medium, large = product.variants.all()
    assert (medium.sku, medium.title, medium.price_amount) == ("S-M", "M", Decimal("19.90"))
    assert (large.currency, large.compare_at_amount) == ("EUR", Decimal("25"))
    ours, theirs = product.images.all()
    assert (ours.width, ours.alt, theirs.source_url) == (
        800,
        "Shirt",
        "https://pictures.example/b.jpg",
    )
    assert events() == [
        "product.created",
        "product.published",
        "variant.created",
        "variant.created",
        "image.created",
        "image.created",
    ]
    actors = set(OutboxEvent.objects.values_list("actor", flat=True))
    assert actors == {f"user:{operator.public_id}"}


@pytest.fixture
def cup(store):
    """A product with one variant and one image."""
    cup = ProductFactory(store=store, slug="cup", title="Cup", published_at=None)
    VariantFactory(product=cup, sku="CUP")
    ProductImageFactory(product=cup, alt="Cup")
    return cup


def known(cup, **fields):
    """This function will return the form of `cup` as the page shows it."""
    variant, image = cup.variants.get(), cup.images.get()
    variants = [
        {
            "id": variant.pk,
            "product": cup.pk,
            "sku": "CUP",
            "title": "",
            "option_values": "",
            "price_amount": "10.0000",
            "position": "0",
        }
        | fields.pop("variant", {})
    ]
    images = [
        {"id": image.pk, "product": cup.pk, "alt": "Cup", "position": "0"} | fields.pop("image", {})
    ]
    return product_form(
        seen=cup.version,
        variants=variants,
        images=images,
        known_variants=1,
        known_images=1,
        **({"slug": "cup"} | fields),
    )


def test_saving_without_a_change_is_no_event(site, cup):
    save(site, f"/admin/catalog/product/{cup.pk}/change/", known(cup))

    cup.refresh_from_db()
    assert cup.version == 1
    assert events() == []


def test_changes_of_a_product_and_its_rows_are_events(site, cup):
    form = known(cup, title="Mug", variant={"price_amount": "12"}, image={"alt": "Mug"})

    save(site, f"/admin/catalog/product/{cup.pk}/change/", form)

    cup.refresh_from_db()
    assert cup.title == "Mug"
    assert cup.variants.get().price_amount == Decimal("12")
    assert cup.images.get().alt == "Mug"
    assert events() == ["product.updated", "variant.updated", "image.updated"]
    changed = [event.payload["changed"] for event in OutboxEvent.objects.order_by("pk")]
    assert changed == [["title"], ["price_amount"], ["alt"]]


def test_a_picture_is_taken_away(site, cup):
    save(site, f"/admin/catalog/product/{cup.pk}/change/", known(cup, image={"DELETE": "on"}))

    assert not cup.images.exists()
    assert ProductImage.with_deleted.get().deleted_at is not None
    assert events() == ["image.deleted"]


def test_saving_over_somebody_elses_change_is_refused(site, cup):
    form = known(cup, title="Mug")
    cup.variants.get().save()
    cup.touch()

    response = site.post(f"/admin/catalog/product/{cup.pk}/change/", form)

    assert response.status_code == 200
    assert "Read it again, then repeat your change." in response.content.decode()
    cup.refresh_from_db()
    assert cup.title == "Cup"
    assert events() == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"slug": "taken"}, "Another one has this slug"),
        ({"variant": {"sku": "TAKEN"}}, "Another variant has this SKU"),
        ({"options": "Size"}, "variants have another number of options"),
        ({"variant": {"option_values": "M"}}, "one value for each option"),
    ],
)
def test_a_refusal_is_shown_beside_the_input_and_nothing_is_saved(site, cup, fields, reason):
    taken = ProductFactory(store=cup.store, slug="taken")
    VariantFactory(product=taken, sku="TAKEN")

    response = site.post(
        f"/admin/catalog/product/{cup.pk}/change/", known(cup, title="Mug", **fields)
    )

    assert response.status_code == 200
    page = response.content.decode()
    assert reason in page
    assert 'value="Mug"' in page
    cup.refresh_from_db()
    assert (cup.title, cup.slug, cup.version) == ("Cup", "cup", 1)
    assert events() == []


def test_what_is_no_picture_is_refused(site, store, tmp_path):
    broken = SimpleUploadedFile("a.jpg", b"not a picture")
    form = product_form(images=[{"upload": broken, "position": "0"}])

    response = site.post("/admin/catalog/product/add/", form)

    assert "Not a readable JPEG, PNG or WebP picture." in response.content.decode()
    assert not Product.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "row", [{"alt": "Cup"}, {"source_url": "https://a.example/b.jpg", "upload": "both"}]
)
def test_a_picture_is_a_file_or_an_address(site, store, row):
    if "upload" in row:
        row = row | {"upload": SimpleUploadedFile("a.jpg", picture())}
    form = product_form(images=[row | {"position": "0"}])

    response = site.post("/admin/catalog/product/add/", form)

    assert "Choose a file, or give an address." in response.content.decode()
    assert not Product.objects.exists()


def act(site, model, action, *chosen):
    address = f"/admin/catalog/{model}/"
    picked = {"action": action, "_selected_action": [one.pk for one in chosen]}
    response = site.post(address, picked, follow=True)
    assert response.status_code == 200
    return [str(message) for message in response.context["messages"]]


def test_products_are_published_and_hidden(site, store):
    hidden = ProductFactory(store=store, published_at=None)
    shown = ProductFactory(store=store)

    assert act(site, "product", "publish", hidden, shown) == ["1 published."]
    assert Product.objects.published().count() == 2
    assert act(site, "product", "unpublish", hidden, shown) == ["2 unpublished."]
    assert Product.objects.published().count() == 0
    assert events() == ["product.published", "product.unpublished", "product.unpublished"]


def test_products_are_featured_and_no_more(site, cup):
    assert act(site, "product", "feature", cup) == ["1 featured."]
    cup.refresh_from_db()
    assert cup.is_featured

    assert act(site, "product", "unfeature", cup) == ["1 featured no more."]
    assert events() == ["product.updated", "product.updated"]


def test_what_was_sold_is_not_deleted_and_the_page_says_so(site, cup):
    sold = ProductFactory(
        store=cup.store, title="Sold", first_sold_at=datetime(2026, 1, 1, tzinfo=UTC)
    )

    said = act(site, "product", "delete_products", cup, sold)

    assert said == ["Sold: What was sold is kept; unpublish the product instead", "1 deleted."]
    assert list(Product.objects.all()) == [sold]


def test_a_variant_is_repriced_and_deleted_on_its_own_page(site, cup):
    variant = cup.variants.get()
    form = {
        "sku": "CUP",
        "title": "",
        "option_values": "",
        "price_amount": "12.50",
        "compare_at_amount": "15",
        "barcode": "",
        "weight_grams": "",
        "position": "0",
        "seen": "1",
    }

    save(site, f"/admin/catalog/variant/{variant.pk}/change/", form)
    variant.refresh_from_db()
    assert (variant.price_amount, variant.compare_at_amount) == (Decimal("12.50"), Decimal("15"))

    stale = site.post(f"/admin/catalog/variant/{variant.pk}/change/", form | {"sku": "MUG"})
    assert "Read it again, then repeat your change." in stale.content.decode()

    assert act(site, "variant", "delete_variants", variant) == ["1 deleted."]
    assert not Variant.objects.exists()
    assert events() == ["variant.updated", "variant.deleted"]


def test_categories_are_created_moved_and_deleted(site, store):
    home = CategoryFactory(store=store, name="Home", slug="home")
    form = {"name": "Cups", "slug": "", "parent": home.pk, "position": "2"}

    save(site, "/admin/catalog/category/add/", form)
    cups = Category.objects.get(slug="cups")
    assert (cups.store, cups.parent, cups.position) == (store, home, 2)

    address = f"/admin/catalog/category/{home.pk}/change/"
    cycle = site.post(address, {"name": "Home", "slug": "home", "parent": cups.pk, "position": 0})
    assert "A category cannot stand below itself" in cycle.content.decode()

    said = act(site, "category", "delete_categories", home)
    assert said == ["Home: The category has products or sub-categories"]
    assert act(site, "category", "delete_categories", cups) == ["1 deleted."]
    assert list(Category.objects.all()) == [home]
    assert events() == ["category.created", "category.deleted"]


@pytest.mark.parametrize("name", ["product", "variant", "category"])
def test_a_list_of_thirty_takes_twelve_statements(site, store, name):
    for _ in range(30):
        image = ProductImageFactory(product__store=store)
        VariantFactory(product=image.product, in_stock=True)
        CategoryFactory(store=store, parent=CategoryFactory(store=store))

    with at_most(12):
        page = site.get(f"/admin/catalog/{name}/")

    assert page.status_code == 200
    assert len(page.context["cl"].result_list) >= 30


def test_a_page_with_many_rows_takes_twenty_statements_and_shows_the_first_fifty(site, store):
    product = ProductFactory(store=store, options=["Size"])
    for size in range(100):
        VariantFactory.build(product=product, option_values=[str(size)], store=store).save()
    ProductImageFactory.create_batch(60, product=product)
    at = f"/admin/catalog/product/{product.pk}/change/"
    site.get(at)

    with at_most(20):
        page = site.get(at)

    shown = [len(one.formset.forms) for one in page.context["inline_admin_formsets"]]
    assert shown == [50, 50]
    assert f"/admin/catalog/variant/?product__id__exact={product.pk}" in page.content.decode()
    everything = site.get(f"/admin/catalog/variant/?product__id__exact={product.pk}")
    assert everything.context["cl"].result_count == 100


def test_lists_filter_and_search(site, cup):
    shown = VariantFactory(product__store=cup.store, sku="FINDME-1", in_stock=True).product
    Product.objects.filter(pk=shown.pk).update(
        title="Lauréat linen shirt", vendor="Loom", is_featured=True
    )
    top = CategoryFactory(store=cup.store)
    shown.categories.add(CategoryFactory(store=cup.store, parent=top))
    listed(shown)

    def found(query):
        return list(site.get(f"/admin/catalog/product/?{query}").context["cl"].result_list)

    for query in (
        "published=yes", "in_stock=yes", f"category={top.pk}", "vendor=Loom",
        "is_featured__exact=1", "q=findme", "q=FINDME-1", "q=laureat", "q=shirt lin",
        f"q={shown.slug}", f"q={shown.public_id}",
    ):  # fmt: skip
        assert found(query) == [shown], query
    assert found("published=no") == found("in_stock=no") == found("q=cup") == [cup]
    for nothing in ("vendor=Nobody", "category=999999", "q=nothing", "q=%25", "q=%27%26%7C"):
        assert found(nothing) == [], nothing
    for nonsense in ("category=abc", f"category={'9' * 30}", "vendor=a%00b", "q=a%00b"):
        assert site.get(f"/admin/catalog/product/?{nonsense}").status_code in {200, 302}
    theirs = CategoryFactory(name="Theirs")
    page = site.get(f"/admin/catalog/product/?category={theirs.pk}")
    assert "Theirs" not in page.content.decode()


def test_buttons_of_the_page_publish_and_feature_and_save_what_was_typed(site, cup):
    at = f"/admin/catalog/product/{cup.pk}/change/"
    page = site.get(at).content.decode()
    assert "Save and publish" in page
    assert "Save and unpublish" not in page
    assert f"/api/v1/products/{cup.slug} (not published)" in page

    save(site, at, known(cup, title="Mug") | {"catalog_product_publish_it": "1"})
    cup.refresh_from_db()
    assert (cup.title, cup.is_published) == ("Mug", True)
    assert f'href="/api/v1/products/{cup.slug}"' in site.get(at).content.decode()
    published = {
        "published_at_0": f"{cup.published_at:%Y-%m-%d}",
        "published_at_1": f"{cup.published_at:%H:%M:%S}",
    }
    save(site, at, known(cup, title="Mug", **published) | {"catalog_product_feature_it": "1"})
    cup.refresh_from_db()
    assert cup.is_featured
    assert events() == ["product.updated", "product.published", "product.updated"]


def test_no_more_products_are_published_at_once_than_a_page_holds(site, store):
    ProductFactory.create_batch(51, store=store, published_at=None)
    everything = {
        "action": "publish",
        "select_across": "1",
        "_selected_action": [Product.objects.first().pk],
    }

    said = site.post("/admin/catalog/product/", everything, follow=True)

    assert "At most 50 at once. Nothing was done." in said.content.decode()
    assert not Product.objects.published().exists()


def test_a_picture_is_described_on_its_own_page_and_taken_away(site, cup):
    image = cup.images.get()
    at = f"/admin/catalog/productimage/{image.pk}/change/"

    save(site, at, {"alt": "A cup", "position": "3", "seen": "1"})
    image.refresh_from_db()
    assert (image.alt, image.position) == ("A cup", 3)
    stale = site.post(at, {"alt": "A mug", "position": "3", "seen": "1"})
    assert "Read it again, then repeat your change." in stale.content.decode()
    assert site.get("/admin/catalog/productimage/add/").status_code == 403
    assert act(site, "productimage", "delete_images", image) == ["1 taken away."]
    assert events() == ["image.updated", "image.deleted"]


def test_another_stores_rows_are_not_there(site, store):
    theirs = VariantFactory()

    response = site.get(f"/admin/catalog/product/{theirs.product.pk}/change/")

    assert response.status_code == 302
    assert site.get("/admin/catalog/variant/").context["cl"].result_count == 0


def test_who_may_only_look_changes_nothing(store, cup):
    clerk = UserFactory(store=store, is_staff=True, roles=["warehouse"])
    site = Client()
    site.force_login(clerk)

    assert site.get(f"/admin/catalog/product/{cup.pk}/change/").status_code == 200
    answer = site.post(f"/admin/catalog/product/{cup.pk}/change/", known(cup, title="Mug"))
    act(site, "product", "publish", cup)

    assert answer.status_code == 403
    cup.refresh_from_db()
    assert (cup.title, cup.published_at) == ("Cup", None)
    assert events() == []
