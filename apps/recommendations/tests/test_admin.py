import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.recommendations.models import Rebuild
from apps.recommendations.tests.factories import CoPurchaseFactory, SimilarProductsFactory, sell
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

PAIRS = "/admin/recommendations/copurchase/"
FOUND = "/admin/recommendations/similarproducts/"


@pytest.fixture
def browser(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    return browser


@pytest.fixture
def pair(store):
    return CoPurchaseFactory(product=sell(store, "mug"), other=sell(store, "tea"))


def test_lists_pairs_with_few_statements(browser, store, pair):
    CoPurchaseFactory(product=pair.other, other=pair.product)
    browser.get(PAIRS)
    with at_most(6):
        page = browser.get(PAIRS)
    assert page.context["cl"].result_count == 2


def test_finds_pairs_by_a_product(browser, pair):
    assert browser.get(PAIRS, {"q": "mug"}).context["cl"].result_count == 1
    assert browser.get(PAIRS, {"q": "tea"}).context["cl"].result_count == 0


def test_shows_the_pairs_of_its_own_store(browser):
    store = StoreFactory()
    CoPurchaseFactory(product=sell(store, "mug"), other=sell(store, "tea"))
    assert browser.get(PAIRS).context["cl"].result_count == 0


def test_nothing_is_added_changed_or_deleted(browser, pair):
    assert browser.get(f"{PAIRS}add/").status_code == 403
    assert browser.get(f"{PAIRS}{pair.pk}/delete/").status_code == 403
    assert browser.post(f"{PAIRS}{pair.pk}/change/", {"count": "9"}).status_code == 403
    assert browser.get(f"{PAIRS}{pair.pk}/change/").status_code == 200


def test_shows_what_an_engine_has_found_beside_a_product(browser, store):
    mug, tea, pot = (sell(store, title) for title in ("mug", "tea", "pot"))
    SimilarProductsFactory(product=mug, others=[tea.pk, pot.pk], scores=[0.51234, -0.25])
    browser.get(FOUND)
    with at_most(6):
        page = browser.get(FOUND)
    assert page.context["cl"].result_count == 1
    shown = browser.get(f"{FOUND}{mug.pk}/change/").content.decode()
    assert "+0.5123 tea" in shown
    assert "-0.2500 pot" in shown
    assert browser.get(f"{FOUND}add/").status_code == 403


def test_shows_when_that_was(browser, store):
    Rebuild.objects.create(store=store, engine="local", lines=1234, finished_at=timezone.now())
    Rebuild.objects.create(store=StoreFactory())
    page = browser.get("/admin/recommendations/rebuild/")
    assert page.context["cl"].result_count == 1
    assert "1234" in page.content.decode().replace(",", "")
    assert browser.get(f"/admin/recommendations/rebuild/{store.pk}/change/").status_code == 200
