"""Categories on the staff site: a tree, and moves within it."""

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog import services as catalog
from apps.catalog.models import Category
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, listed
from apps.events.models import OutboxEvent
from tests.statements import at_most

LIST = "/admin/catalog/category/"


@pytest.fixture
def browser(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=["manager"]))
    return browser


@pytest.fixture
def tree(store):
    """Home (Cups (Mugs), Beds) and Garden; Garden comes first, Beds before Cups."""
    made = {}
    for name, parent, position in [
        ("Home", None, 2),
        ("Garden", None, 1),
        ("Cups", "Home", 5),
        ("Beds", "Home", 3),
        ("Mugs", "Cups", 0),
    ]:
        above = made.get(parent)
        made[name] = CategoryFactory(store=store, name=name, parent=above, position=position)
    return made


def shown(browser, **query):
    page = browser.get(LIST, query)
    return [(one.name, len(one.path) - 1) for one in page.context["cl"].result_list]


def said(answer):
    return [str(one) for one in answer.context["messages"]]


def test_the_list_is_the_tree_in_the_order_of_the_shop(browser, tree):
    assert shown(browser) == [
        ("Garden", 0),
        ("Home", 0),
        ("Beds", 1),
        ("Cups", 1),
        ("Mugs", 2),
    ]
    assert shown(browser, q="mug") == [("Mugs", 2)]


def test_products_are_counted_where_they_stand(store, browser, tree, monkeypatch):
    monkeypatch.setattr("apps.catalog.queries.MOST_COUNTED", 3)
    monkeypatch.setattr("apps.catalog.admin.category.MOST_COUNTED", 3)
    mug, *cups = [ProductFactory(store=store) for _ in range(5)]
    mug.categories.add(tree["Mugs"])
    for cup in cups:
        cup.categories.add(tree["Cups"])
    listed(mug, *cups)
    gone = ProductFactory(store=store, deleted_at=timezone.now())
    gone.categories.add(tree["Mugs"])

    page = browser.get(LIST)

    counts = {one.name: one.goods for one in page.context["cl"].result_list}
    assert counts == {"Garden": 0, "Home": 0, "Beds": 0, "Cups": 3, "Mugs": 1}
    assert "3 or more" in page.content.decode()
    below = f"/admin/catalog/product/?category={tree['Home'].pk}"
    assert below in page.content.decode()
    assert browser.get(below).context["cl"].result_count == 5


def test_categories_move_with_all_that_is_below_and_never_below_themselves(browser, store, tree):
    mug = ProductFactory(store=store)
    mug.categories.add(tree["Mugs"])
    listed(mug)
    chosen = [tree["Cups"].pk, tree["Home"].pk]
    asked = browser.post(LIST, {"action": "move_categories", "_selected_action": chosen})
    assert "Cups" in browser.get(asked.url).content.decode()

    done = browser.post(asked.url, {"parent": tree["Mugs"].pk}, follow=True)
    assert said(done) == [
        "Home: A category cannot stand below itself",
        "Cups: A category cannot stand below itself",
        "0 moved.",
    ]
    done = browser.post(asked.url, {"parent": tree["Garden"].pk}, follow=True)

    assert said(done) == ["2 moved."]
    assert shown(browser) == [
        ("Garden", 0),
        ("Home", 1),
        ("Beds", 2),
        ("Cups", 1),
        ("Mugs", 2),
    ]
    mug.listing.refresh_from_db()
    assert mug.listing.category_ids == sorted(tree[one].pk for one in ("Garden", "Cups", "Mugs"))
    assert list(OutboxEvent.objects.values_list("name", flat=True)) == ["category.updated"] * 2


@pytest.mark.parametrize("parent", ["abc", "9" * 40, "-1", "a\x00b"])
def test_a_parent_that_is_none_is_refused(browser, tree, parent):
    at = f"{LIST}move/?categories={tree['Cups'].pk}"

    answer = browser.post(at, {"parent": parent})

    assert "parent" in answer.context["form"].errors
    assert Category.objects.get(name="Cups").parent == tree["Home"]


def test_only_the_stores_own_are_moved_and_by_who_may(browser, store, tree):
    theirs = CategoryFactory()
    for asked in (theirs.pk, "x", "", "9" * 40):
        assert browser.post(f"{LIST}move/?categories={asked}", {}).status_code == 302
    at = f"{LIST}move/?categories={tree['Cups'].pk}"
    assert browser.post(at, {"parent": theirs.pk}).status_code == 200
    clerk = Client()
    clerk.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    assert clerk.post(at, {"parent": ""}).status_code == 403
    assert Category.objects.get(name="Cups").parent == tree["Home"]
    assert not OutboxEvent.objects.exists()


def test_a_tree_of_fourteen_hundred_is_a_page_of_a_dozen_statements(browser, store):
    top = [CategoryFactory(store=store) for _ in range(7)]
    Category.objects.bulk_create(
        CategoryFactory.build(store=store, parent=top[at % 7], slug=f"c-{at}", name=f"C {at:04}")
        for at in range(1400)
    )
    browser.get(LIST)

    with at_most(12):
        page = browser.get(LIST, {"p": "3"})

    assert page.context["cl"].result_count == 1407
    assert len(page.context["cl"].result_list) == 50


def test_a_new_parent_that_somebody_deleted_meanwhile_is_refused(browser, store, tree):
    at = f"{LIST}move/?categories={tree['Beds'].pk}"
    catalog.delete_category(store=store, category_id=tree["Garden"].pk, by=None, now=timezone.now())

    assert browser.post(at, {"parent": tree["Garden"].pk}).status_code == 200
    assert Category.objects.get(name="Beds").parent == tree["Home"]
