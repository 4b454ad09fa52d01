"""Every page of the staff site opens, and asks the database little however long the list is."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.backoffice.tests.factories import factory_of, row_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

PAGES = [pytest.param(model, id=model._meta.label_lower) for model in admin.site._registry]
ROWS = 30


@pytest.fixture
def operator(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    browser.get("/admin/")
    return browser


def some(model, store):
    if factory_of(model) is None:
        pytest.skip("no factory makes such rows")
    return [row_of(model, store=store) for _ in range(ROWS)]


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", PAGES)
def test_a_list_costs_at_most_twelve_statements(operator, store, model):
    some(model, store)

    with at_most(12):
        response = operator.get(page(model, "changelist"))

    assert response.status_code == 200
    assert len(response.context["cl"].result_list) >= ROWS


@pytest.mark.parametrize("model", PAGES)
def test_a_list_can_be_searched(operator, store, model):
    some(model, store)
    searched = admin.site._registry[model].get_search_fields(None)

    response = operator.get(page(model, "changelist"), {"q": "x"} if searched else {})

    assert response.status_code == 200


@pytest.mark.parametrize("model", PAGES)
def test_a_list_leads_back_from_an_address_that_makes_no_sense(operator, store, model):
    some(model, store)
    at = page(model, "changelist")
    for listed in admin.site._registry[model].get_list_filter(None):
        if isinstance(listed, str):
            assert operator.get(at, {f"{listed}__exact": "a\x00b"}).status_code in {200, 302}
    for query in ({"q": "a\x00b"}, {"p": "x"}, {"o": "x"}, {"id__exact": "x"}, {"_to_field": "x"}):
        assert operator.get(at, query).status_code in {200, 302, 400}
    forged = {"action": "cancel", "_selected_action": ["x", "a\x00b"]}
    assert operator.post(at, forged).status_code in {200, 302, 403}


@pytest.mark.parametrize("model", PAGES)
def test_a_row_opens_within_twenty_statements(operator, store, model):
    row = some(model, store)[0]

    with at_most(20):
        response = operator.get(page(model, "change", row.pk))

    assert response.status_code == 200


@pytest.mark.parametrize("model", PAGES)
def test_the_form_for_a_new_row_opens_where_there_is_one(operator, model, rf):
    request = rf.get("/admin/")
    request.user = UserFactory.build(is_superuser=True, is_staff=True)

    response = operator.get(page(model, "add"))

    allowed = admin.site._registry[model].has_add_permission(request)
    assert response.status_code == (200 if allowed else 403)


@pytest.mark.parametrize("model", PAGES)
def test_nobody_sees_a_list_without_the_right_to(store, model):
    clerk = Client()
    clerk.force_login(UserFactory(store=store, is_staff=True, roles=[]))

    assert clerk.get(page(model, "changelist")).status_code == 302  # to the page for logging in
    assert Client().get(page(model, "changelist")).status_code == 302
