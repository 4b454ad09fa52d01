import pytest
from django.utils import timezone

from apps.catalog.models import Category
from apps.catalog.tests.factories import CategoryFactory, ProductFactory
from apps.events.models import OutboxEvent
from tests.statements import at_most


@pytest.fixture
def tree(store):
    """home > kitchen > cups, and garden."""
    home = CategoryFactory(store=store, slug="home", name="Home", position=1)
    kitchen = CategoryFactory(store=store, slug="kitchen", name="Kitchen", parent=home)
    CategoryFactory(store=store, slug="cups", name="Cups", parent=kitchen)
    CategoryFactory(store=store, slug="garden", name="Garden", position=2)


def slugs(answer):
    assert answer.status_code == 200, answer.json()
    return [one["slug"] for one in answer.json()["results"]]


@pytest.mark.usefixtures("tree")
def test_a_list_shows_every_category_with_its_parent(anonymous):
    with at_most(2):
        answer = anonymous.get("/api/v1/categories")

    assert slugs(answer) == ["cups", "kitchen", "home", "garden"]
    parents = {one["slug"]: one["parent"] for one in answer.json()["results"]}
    assert parents["cups"]["slug"] == "kitchen"
    assert parents["home"] is None


@pytest.mark.usefixtures("tree")
def test_a_list_can_be_narrowed(anonymous):
    kitchen = Category.objects.get(slug="kitchen")

    assert slugs(anonymous.get("/api/v1/categories?top=true")) == ["home", "garden"]
    assert slugs(anonymous.get("/api/v1/categories?top=false")) == ["cups", "kitchen"]
    assert slugs(anonymous.get("/api/v1/categories?parent=home")) == ["kitchen"]
    assert slugs(anonymous.get(f"/api/v1/categories?parent={kitchen.public_id}")) == ["cups"]
    assert anonymous.get("/api/v1/categories?top=maybe").status_code == 400


@pytest.mark.usefixtures("tree")
def test_one_category_shows_the_way_to_it_and_on_from_it(anonymous):
    with at_most(3):
        shown = anonymous.get("/api/v1/categories/kitchen").json()
    cups = anonymous.get("/api/v1/categories/cups").json()

    assert [one["slug"] for one in shown["ancestors"]] == ["home"]
    assert [one["slug"] for one in shown["children"]] == ["cups"]
    assert [one["slug"] for one in cups["ancestors"]] == ["home", "kitchen"]


@pytest.mark.usefixtures("tree")
def test_staff_create_a_category(staff_client, staff):
    answer = staff_client.post(
        "/api/v1/categories", {"name": "Crème & Cups", "parent": "home", "position": 3}
    )

    assert answer.status_code == 201
    assert answer.json()["slug"] == "creme-cups"
    assert answer.json()["parent"]["slug"] == "home"
    created = Category.objects.get(slug="creme-cups")
    assert answer["Location"] == f"/api/v1/categories/{created.public_id}"
    event = OutboxEvent.objects.get(name="category.created")
    assert event.aggregate_id == created.public_id
    assert event.actor == f"user:{staff.public_id}"


@pytest.mark.usefixtures("tree")
def test_a_category_can_be_renamed_moved_and_brought_to_the_top(staff_client):
    answer = staff_client.patch("/api/v1/categories/cups", {"name": "Mugs", "parent": "garden"})
    assert answer.status_code == 200
    assert answer.json()["name"] == "Mugs"
    assert [one["slug"] for one in answer.json()["ancestors"]] == ["garden"]
    event = OutboxEvent.objects.get(name="category.updated")
    assert event.payload == {"slug": "cups", "changed": ["name", "parent"]}

    answer = staff_client.patch("/api/v1/categories/cups", {"parent": None})
    assert answer.json()["parent"] is None


@pytest.mark.usefixtures("tree")
def test_a_change_that_changes_nothing_is_no_event(staff_client):
    answer = staff_client.patch("/api/v1/categories/cups", {"name": "Cups", "parent": "kitchen"})

    assert answer.status_code == 200
    assert Category.objects.get(slug="cups").version == 1
    assert not OutboxEvent.objects.exists()


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("parent", ["home", "kitchen", "cups"])
def test_a_category_never_stands_below_itself(staff_client, parent):
    answer = staff_client.patch("/api/v1/categories/home", {"parent": parent})

    assert (answer.status_code, answer.json()["code"]) == (409, "category_cycle")
    assert Category.objects.get(slug="home").parent is None
    assert not OutboxEvent.objects.exists()


@pytest.mark.usefixtures("tree")
def test_an_empty_category_is_deleted_and_its_slug_is_free(staff_client):
    assert staff_client.delete("/api/v1/categories/cups").status_code == 204

    assert staff_client.get("/api/v1/categories/cups").status_code == 404
    assert Category.with_deleted.get(slug="cups").deleted_at is not None
    assert OutboxEvent.objects.filter(name="category.deleted").count() == 1
    assert staff_client.post("/api/v1/categories", {"name": "Cups"}).status_code == 201


@pytest.mark.usefixtures("tree")
def test_a_category_with_sub_categories_stays(staff_client):
    answer = staff_client.delete("/api/v1/categories/home")

    assert (answer.status_code, answer.json()["code"]) == (409, "category_not_empty")
    assert Category.objects.filter(slug="home").exists()


@pytest.mark.usefixtures("tree")
def test_a_category_with_products_stays_until_they_are_deleted(staff_client, store):
    product = ProductFactory(store=store)
    product.categories.add(Category.objects.get(slug="cups"))

    answer = staff_client.delete("/api/v1/categories/cups")
    assert (answer.status_code, answer.json()["code"]) == (409, "category_not_empty")

    product.mark_deleted(now=timezone.now())
    assert staff_client.delete("/api/v1/categories/cups").status_code == 204


@pytest.mark.usefixtures("tree")
def test_two_categories_cannot_share_a_slug(staff_client):
    created = staff_client.post("/api/v1/categories", {"name": "Other", "slug": "home"})
    renamed = staff_client.patch("/api/v1/categories/cups", {"slug": "home"})

    assert (created.status_code, created.json()["code"]) == (409, "slug_taken")
    assert (renamed.status_code, renamed.json()["code"]) == (409, "slug_taken")
    assert Category.objects.count() == 4


def test_two_stores_may_use_one_slug(staff_client, store):
    CategoryFactory(slug="home")

    assert staff_client.post("/api/v1/categories", {"name": "Home"}).status_code == 201


@pytest.mark.usefixtures("tree")
def test_a_stale_writer_is_refused(staff_client):
    seen = staff_client.get("/api/v1/categories/cups")["ETag"]
    assert staff_client.patch("/api/v1/categories/cups", {"name": "Mugs"}).status_code == 200

    change = staff_client.patch(
        "/api/v1/categories/cups", {"name": "Beakers"}, headers={"If-Match": seen}
    )
    delete = staff_client.delete("/api/v1/categories/cups", headers={"If-Match": seen})

    assert (change.status_code, change.json()["code"]) == (412, "stale_version")
    assert (delete.status_code, delete.json()["code"]) == (412, "stale_version")
    assert Category.objects.get(slug="cups").name == "Mugs"
