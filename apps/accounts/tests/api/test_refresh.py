"""A refresh token is good once. Shown again, it ends the session that it is of."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine

from apps.accounts import key_ring, services
from apps.accounts.models import EndReason, TokenFamily
from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreHostFactory
from tests.statements import at_most


@pytest.fixture
def pair(shopper):
    return services.issue_tokens(person=shopper)


def refresh(client, token, **headers):
    client.credentials()
    return client.post("/api/v1/auth/token/refresh", {"refresh": token}, **headers)


def me(client, token, **headers):
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client.get("/api/v1/me", **headers)


def assert_refused(response):
    assert response.status_code == 401
    assert response.json()["code"] == "token_not_valid"
    assert response["WWW-Authenticate"].startswith("Bearer")


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


def in_days(days, **more):
    return time_machine.travel(datetime.now(UTC) + timedelta(days=days, **more), tick=False)


def test_a_refresh_token_gives_a_new_pair(anonymous, pair):
    response = refresh(anonymous, pair.refresh)

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    body = response.json()
    assert set(body) == {"access", "refresh", "token_type", "expires_in"}
    assert body["expires_in"] == 900
    assert me(anonymous, body["access"]).status_code == 200
    assert claims(body["refresh"])["sid"] == claims(pair.refresh)["sid"]
    assert claims(body["refresh"])["jti"] == str(TokenFamily.objects.get().good_jti)
    assert refresh(anonymous, body["refresh"]).status_code == 200


def test_the_access_token_before_stays_good_until_it_expires(anonymous, pair):
    refresh(anonymous, pair.refresh)

    assert me(anonymous, pair.grant.access).status_code == 200


def test_a_used_one_ends_the_session_for_everybody(anonymous, shopper, pair):
    second = refresh(anonymous, pair.refresh).json()

    assert_refused(refresh(anonymous, pair.refresh))

    assert_refused(refresh(anonymous, second["refresh"]))
    assert_refused(me(anonymous, second["access"]))
    assert_refused(me(anonymous, pair.grant.access))
    family = TokenFamily.objects.get()
    assert family.end_reason == EndReason.REUSED
    ended = OutboxEvent.objects.get(name="session.ended")
    assert ended.aggregate_id == family.public_id
    assert ended.payload == {"customer_id": str(shopper.public_id), "reason": "reused"}


def test_other_sessions_of_the_person_go_on(anonymous, shopper, pair):
    other = services.issue_tokens(person=shopper)
    refresh(anonymous, pair.refresh)
    assert_refused(refresh(anonymous, pair.refresh))

    assert me(anonymous, other.grant.access).status_code == 200
    assert refresh(anonymous, other.refresh).status_code == 200


def test_a_refresh_token_lives_a_week_and_each_use_begins_a_new_one(anonymous, pair):
    with in_days(7, minutes=-1):
        second = refresh(anonymous, pair.refresh)
        assert second.status_code == 200
    with in_days(7, seconds=6):
        assert_refused(refresh(anonymous, pair.refresh))
    assert TokenFamily.objects.get().ended_at is None  # it expired, and was not shown in time
    with in_days(13):
        assert refresh(anonymous, second.json()["refresh"]).status_code == 200


def test_after_ninety_days_one_logs_in_again(anonymous, pair):
    token = pair.refresh
    for day in range(6, 90, 6):
        with in_days(day):
            token = refresh(anonymous, token).json()["refresh"]
    assert claims(token)["exp"] - claims(pair.refresh)["iat"] == 90 * 24 * 3600
    with in_days(89, hours=23, minutes=50):
        last = refresh(anonymous, token).json()
        assert 599 <= last["expires_in"] <= 600
    with in_days(90, seconds=1):
        assert_refused(refresh(anonymous, last["refresh"]))


def test_a_customer_of_another_store_is_nobody_here(anonymous, store):
    there = {"HTTP_HOST": "other.example"}
    stranger = UserFactory(store=StoreHostFactory(host="other.example").store)
    pair = services.issue_tokens(person=stranger)

    assert_refused(refresh(anonymous, pair.refresh))
    assert_refused(me(anonymous, pair.grant.access))
    assert me(anonymous, pair.grant.access, **there).status_code == 200
    assert refresh(anonymous, pair.refresh, **there).status_code == 200


def test_an_operator_stays_in_everywhere(anonymous, store):
    StoreHostFactory(host="other.example")
    operator = UserFactory(store=store, is_superuser=True, is_staff=True)
    pair = services.issue_tokens(person=operator)

    again = refresh(anonymous, pair.refresh, HTTP_HOST="other.example").json()
    assert "manage_staff" in claims(again["access"])["scope"].split()
    assert me(anonymous, again["access"]).status_code == 200


def test_the_inactive_and_the_deleted_do_not_stay(anonymous, shopper, pair):
    shopper.is_active = False
    shopper.save()
    assert_refused(refresh(anonymous, pair.refresh))
    assert_refused(me(anonymous, pair.grant.access))

    shopper.delete()
    assert_refused(refresh(anonymous, pair.refresh))


def test_rights_that_were_taken_are_not_signed_again(anonymous, store):
    clerk = UserFactory(store=store, is_staff=True, roles=["finance"])
    pair = services.issue_tokens(person=clerk)
    clerk.memberships.all().delete()

    again = refresh(anonymous, pair.refresh).json()
    assert claims(pair.grant.access)["scope"].startswith("export_data")
    assert claims(again["access"])["scope"] == ""


def test_a_refresh_takes_three_statements(store):
    clerk = UserFactory(store=store, is_staff=True)
    token = services.issue_tokens(person=clerk).refresh
    key_ring.public_keys()

    # the key that signs; session, person and roles, locked; the next token's id
    with at_most(3):
        services.refresh_tokens(store=store, refresh=token)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"refresh": ""},
        {"refresh": None},
        {"refresh": ["a"]},
        {"refresh": "x" * 4097},
        {"refresh": "a", "sub": "b"},
    ],
)
def test_refuses_what_is_no_refresh(anonymous, body):
    response = anonymous.post("/api/v1/auth/token/refresh", body)

    assert response.status_code == 400
    assert response.json()["code"] == "validation_error"
