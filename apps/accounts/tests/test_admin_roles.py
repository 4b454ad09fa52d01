"""Roles and keys on the staff site."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import ApiKey, Membership
from apps.accounts.tests.factories import ApiKeyFactory, MembershipFactory, UserFactory
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreFactory

ROLES = "/admin/accounts/membership/"
KEYS = "/admin/accounts/apikey/"


@pytest.fixture
def site(staff):
    site = Client()
    site.force_login(staff)
    return site


def press(site, page, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return site.post(page, chosen, follow=True).content.decode()


def key_form(*scopes, **changes):
    return {
        "name": "ERP",
        "scopes": scopes,
        "expires_at_0": f"{timezone.now() + timedelta(days=30):%Y-%m-%d}",
        "expires_at_1": "12:00",
    } | changes


# --- roles ---------------------------------------------------------------------------------------
def test_a_role_is_given_from_the_page_of_a_person(site, shopper):
    way = site.get(f"/admin/accounts/user/{shopper.pk}/role", follow=True)
    if way.status_code == 404:
        way = site.get(f"/admin/accounts/user/{shopper.pk}/role/", follow=True)
    assert shopper.email in way.content.decode()
    assert all(shopper.email not in place for place, _ in way.redirect_chain)

    form = {"email": shopper.email, "role": "finance", "vouched": "on"}
    answer = site.post(f"{ROLES}add/", form)

    assert answer.status_code == 302
    assert shopper.memberships.get().role == "finance"
    assert "finance" in site.get(f"/admin/accounts/user/{shopper.pk}/change/").content.decode()


def test_who_only_says_that_an_address_is_theirs_is_given_none(site, shopper):
    answer = site.post(f"{ROLES}add/", {"email": shopper.email, "role": "admin"})

    assert "They have not verified this address." in answer.content.decode()
    assert not shopper.memberships.exists()
    shopper.email_verified_at = timezone.now()
    shopper.save()
    site.post(f"{ROLES}add/", {"email": shopper.email, "role": "admin"})
    assert shopper.memberships.get().role == "admin"


def test_only_whom_the_store_knows_is_given_one(site, staff):
    stranger = UserFactory()
    answer = site.post(f"{ROLES}add/", {"email": stranger.email, "role": "finance"})
    assert "The store knows nobody by this address." in answer.content.decode()
    assert not stranger.memberships.exists()


def test_an_operator_brings_people_of_other_stores_in(store):
    operator = Client()
    operator.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    stranger = UserFactory(email_verified_at=timezone.now())
    operator.post(f"{ROLES}add/", {"email": stranger.email, "role": "finance"})
    assert stranger.memberships.get().store == store


def test_roles_are_withdrawn_but_for_the_last_admin(site, staff, store):
    other = MembershipFactory(store=store)
    said = press(site, ROLES, "withdraw", other, staff.memberships.get())
    assert "1 withdrawn." in said
    assert "Make somebody else an admin first." in said
    assert [one.person for one in Membership.objects.all()] == [staff]


def test_another_stores_roles_are_not_there(site):
    theirs = MembershipFactory(store=StoreFactory())
    assert theirs.person.email not in site.get(ROLES).content.decode()
    press(site, ROLES, "withdraw", theirs)
    assert Membership.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("page", [ROLES, KEYS])
def test_managers_find_neither(store, shopper, page):
    manager = Client()
    manager.force_login(UserFactory(store=store, is_staff=True, roles=["manager"]))
    assert manager.get(page).status_code == 403
    form = {"email": shopper.email, "role": "admin"} | key_form("read_orders")
    assert manager.post(f"{page}add/", form).status_code == 403
    assert not shopper.memberships.exists()
    assert not ApiKey.objects.exists()


# --- keys ----------------------------------------------------------------------------------------
def test_a_key_is_shown_once(site, store):
    order = OrderFactory(customer__store=store)
    answer = site.post(f"{KEYS}add/", key_form("read_orders"))

    page = answer.content.decode()
    text = re.search(r"tpk_\w{8}_[\w-]{43}", page)[0]
    assert "no-store" in answer["Cache-Control"]
    assert text not in str(answer.cookies)
    client = APIClient(HTTP_AUTHORIZATION=f"Api-Key {text}")
    assert client.get("/api/v1/orders").json()["results"][0]["number"] == order.number
    key = ApiKey.objects.get()
    for later in (KEYS, f"{KEYS}{key.pk}/change/", f"{KEYS}{key.pk}/history/"):
        shown = site.get(later).content.decode()
        assert key.prefix in shown or "history" in later
        assert text not in shown
        assert key.digest not in shown


def test_a_key_that_makes_no_sense_is_refused_in_the_form(site):
    answer = site.post(f"{KEYS}add/", key_form("read_orders", expires_at_0="2020-01-01"))
    assert "A key expires within 366 days." in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked(site, store):
    key, theirs = ApiKeyFactory(store=store), ApiKeyFactory()
    assert "1 revoked." in press(site, KEYS, "revoke", key, theirs)
    key.refresh_from_db()
    theirs.refresh_from_db()
    assert (key.revoked_at is None, theirs.revoked_at) == (False, None)
