"""Keys that nobody was offered: in addresses and forms they are refused, and no error of ours."""

import pytest
from django.contrib import admin
from django.db.models import ForeignKey, ManyToManyField
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.factories import factory_of, row_of
from apps.backoffice.tests.test_admin_pages import page

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

PAGES = admin.site._registry
WRITTEN = [
    pytest.param(model, id=model._meta.label_lower)
    for model, entry in PAGES.items()
    if entry.write_scope
]
NONSENSE = ["abc", "-1", "1,2", "9" * 30, "a\x00b", "\U0001f600"]


@pytest.fixture
def operator(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    browser.get("/admin/")
    return browser


def pointing(model):
    """The fields of its form that name other rows."""
    fields = [*model._meta.fields, *model._meta.many_to_many]
    return [one.name for one in fields if isinstance(one, ForeignKey | ManyToManyField)]


@pytest.mark.parametrize("model", WRITTEN)
def test_a_form_that_is_filled_with_nonsense_says_so(operator, store, model):
    names = pointing(model)
    pages = [page(model, "add")]
    if factory_of(model):
        pages.append(page(model, "change", row_of(model, store=store).pk))
    before = model._default_manager.count()

    for nonsense in NONSENSE:
        given = dict.fromkeys(names, nonsense)
        for at in pages:
            assert operator.get(at, given).status_code in {200, 302, 403}, (at, nonsense)
            assert operator.post(at, given).status_code in {200, 302, 403}, (at, nonsense)

    assert model._default_manager.count() == before


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_what_is_offered_while_typing_is_found_by_words_and_by_nothing_else(operator, nonsense):
    offers = reverse("admin:autocomplete")
    field = {"app_label": "inventory", "model_name": "stockitem", "field_name": "variant"}

    for given in ({"term": nonsense}, {"term": "x", "page": nonsense}):
        assert operator.get(offers, field | given).status_code in {200, 404}
    for name in field:
        assert operator.get(offers, field | {name: nonsense}).status_code in {403, 404}


@pytest.mark.parametrize("model", [pytest.param(one, id=one._meta.label_lower) for one in PAGES])
def test_a_page_of_no_row_leads_away(operator, model):
    for nonsense in NONSENSE:
        for name in ("change", "history", "delete"):
            answer = operator.get(page(model, name, nonsense))
            assert answer.status_code in {302, 403, 404}, (name, nonsense)
