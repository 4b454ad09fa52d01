import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.recommendations.tests.factories import CoPurchaseFactory, sell
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

PAIRS = "/admin/recommendations/copurchase/"


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
