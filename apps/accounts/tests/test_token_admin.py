"""Keys and sessions on the staff site: seen, never edited, and ended there."""

import pytest
from django.test import Client

from apps.accounts.models import SigningKey, TokenFamily
from apps.accounts.tests.factories import (
    SigningKeyFactory,
    TokenFamilyFactory,
    UserFactory,
    signer,
)
from apps.events.models import OutboxEvent

KEYS, SESSIONS = "/admin/accounts/signingkey/", "/admin/accounts/tokenfamily/"


@pytest.fixture
def operator(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    return browser


@pytest.fixture
def current(store):
    signer()
    return SigningKey.objects.get(state="current")


def act(browser, path, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return browser.post(path, chosen, follow=True).content.decode()


def states():
    return sorted(SigningKey.objects.values_list("state", flat=True))


def test_a_private_key_is_shown_nowhere(operator, current):
    for path in (KEYS, f"{KEYS}{current.pk}/change/"):
        page = operator.get(path).content.decode()
        assert current.kid in page
        assert "PRIVATE KEY" not in page
    assert "BEGIN PUBLIC KEY" in page


def test_nothing_is_edited(operator, current):
    family = TokenFamilyFactory()
    for path, row in ((KEYS, current), (SESSIONS, family)):
        assert operator.get(f"{path}add/").status_code == 403
        assert operator.post(f"{path}{row.pk}/change/", {"state": "next"}).status_code in {302, 403}
        assert operator.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code in {302, 403}
    current.refresh_from_db()
    assert current.state == "current"
    assert TokenFamily.objects.filter(pk=family.pk).exists()


def test_the_next_key_signs_when_it_is_old_enough(operator, current):
    coming = SigningKey.objects.get(state="next")

    assert "too young" in act(operator, KEYS, "sign_with", coming)
    assert "Choose the next key" in act(operator, KEYS, "sign_with", current)
    assert states() == ["current", "next"]

    SigningKey.objects.update(created_at="2026-01-01T00:00Z")
    assert "It signs now." in act(operator, KEYS, "sign_with", coming)
    assert SigningKey.objects.get(state="current") == coming


def test_a_key_that_leaked_is_revoked(operator, current):
    assert "1 revoked." in act(operator, KEYS, "revoke", current)

    assert states() == ["current", "next", "revoked"]
    assert OutboxEvent.objects.get(name="signing_key.revoked").actor.startswith("user:")


def test_only_operators_act_on_keys(store, current):
    admin = UserFactory(store=store, is_staff=True)
    browser = Client()
    browser.force_login(admin)

    act(browser, KEYS, "revoke", current)

    assert states() == ["current", "next"]


def test_a_session_is_ended(operator, shopper):
    family, other = TokenFamilyFactory.create_batch(2, person=shopper)

    assert "1 ended." in act(operator, SESSIONS, "end", family)

    family.refresh_from_db()
    other.refresh_from_db()
    assert (family.end_reason, other.end_reason) == ("ended_by_staff", "")


def test_sessions_are_found_by_person(operator, shopper, staff):
    families = TokenFamilyFactory.create_batch(2, person=shopper)
    TokenFamilyFactory(person=staff)

    found = operator.get(SESSIONS, {"q": str(shopper.public_id)}).context["cl"].queryset
    assert set(found) == set(families)


def test_sessions_of_another_store_are_not_there(operator):
    foreign = TokenFamilyFactory()

    assert foreign not in operator.get(SESSIONS).context["cl"].queryset
    act(operator, SESSIONS, "end", foreign)
    foreign.refresh_from_db()
    assert foreign.ended_at is None


def test_old_keys_are_listed(operator, store):
    key = SigningKeyFactory()
    assert key.kid in operator.get(KEYS).content.decode()
