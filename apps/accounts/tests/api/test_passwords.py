from datetime import timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import OneTimeToken, TokenFamily
from apps.accounts.tests.factories import UserFactory
from apps.accounts.tests.mailed import mailed_token
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of

OLD, NEW = "correct horse battery", "analytical engine"
FORGOT, RESET, CHANGE = (f"/api/v1/auth/password/{one}" for one in ("forgot", "reset", "change"))
THERE = {"HTTP_HOST": "other.example"}


@pytest.fixture
def ada(store):
    return UserFactory(store=store, email="ada@example.com", full_name="Ada Lovelace")


def forget(client, email="ada@example.com", **headers):
    return client.post(FORGOT, {"email": email}, **headers)


def reset(client, token, password=NEW, **headers):
    return client.post(RESET, {"token": token, "password": password}, **headers)


def change(client, present=OLD, password=NEW):
    return client.post(CHANGE, {"present_password": present, "password": password})


def assert_unusable(response):
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_one_time_token"


def assert_unchanged(person):
    person.refresh_from_db()
    assert person.check_password(OLD)
    assert not OutboxEvent.objects.filter(name="customer.password_changed").exists()


# --- forgotten -----------------------------------------------------------------------------------
def test_a_mail_lets_choose_a_new_one(anonymous, ada):
    assert forget(anonymous).status_code == 202
    token = mailed_token()

    response = reset(anonymous, token)

    assert (response.status_code, response.content) == (204, b"")
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert ada.is_email_verified  # the mail has come
    event = OutboxEvent.objects.get(name="customer.password_changed")
    assert (event.aggregate_id, event.payload) == (ada.public_id, {"how": "reset"})
    events.deliver_pending()
    assert [message.subject for message in outbox.outbox] == [
        "A new password",
        "Your password was changed",
    ]


def test_known_and_unknown_addresses_are_told_the_same_for_the_same_work(anonymous, ada):
    UserFactory(store=ada.store, email="gone@example.com", is_active=False)
    told, work = [], []
    for email in ("ada@example.com", "nobody@example.com", "gone@example.com"):
        with CaptureQueriesContext(connection) as statements:
            response = forget(anonymous, email)
        told.append((response.status_code, response.content, set(response.headers)))
        asked = [query["sql"].split(" ")[:3] for query in statements]
        work.append([words for words in asked if "SAVEPOINT" not in words])

    assert told[0][:2] == (202, b"")
    assert told[0] == told[1] == told[2]
    assert work[0] == work[1] == work[2]
    assert Delivery.objects.count() == 3
    assert set(OutboxEvent.objects.values_list("name", flat=True)) == {"password_reset.requested"}


def test_only_who_is_known_and_active_is_mailed(anonymous, ada):
    UserFactory(store=ada.store, email="gone@example.com", is_active=False)
    UserFactory(email="elsewhere@example.com")
    for email in (
        "nobody@example.com",
        "gone@example.com",
        "elsewhere@example.com",
        "ADA@example.com",
    ):
        forget(anonymous, email)
    events.deliver_pending()

    assert [message.to for message in outbox.outbox] == [["ada@example.com"]]
    assert not Delivery.objects.pending().exists()
    assert not Delivery.objects.dead().exists()


def test_no_address_is_kept_once_it_was_looked_up(anonymous, ada):
    forget(anonymous, "ada@example.com")
    forget(anonymous, "nobody@example.com")
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM accounts_onetimetoken")
        assert "example" not in str(cursor.fetchall())

    events.deliver_pending()

    assert [row.address for row in OneTimeToken.objects.all()] == ["", ""]


def test_the_secret_is_nowhere_but_in_the_mail(anonymous, ada, caplog):
    forget(anonymous)
    secret = mailed_token().partition(".")[2]

    kept = [
        *OneTimeToken.objects.values(),
        *OutboxEvent.objects.values(),
        *Delivery.objects.values(),
    ]
    assert secret not in str(kept)
    assert secret not in caplog.text


def test_nobody_is_mailed_more_than_five_within_an_hour(anonymous, ada):
    for _ in range(8):
        assert forget(anonymous).status_code == 202
    events.deliver_pending()

    assert len(outbox.outbox) == 5


@pytest.mark.parametrize("email", ["", "nobody", None, 7, ["ada@example.com"], "a" * 255])
def test_refuses_what_is_no_address(anonymous, email):
    response = forget(anonymous, email)

    assert response.status_code == 400
    assert not OneTimeToken.objects.exists()
    assert not OutboxEvent.objects.exists()


# --- reset ---------------------------------------------------------------------------------------
def test_a_token_is_good_once(anonymous, ada):
    forget(anonymous)
    token = mailed_token()
    reset(anonymous, token)

    assert_unusable(reset(anonymous, token, "yet another engine"))
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_a_token_ends_after_an_hour(anonymous, ada):
    forget(anonymous)
    token = mailed_token()

    with time_machine.travel(timezone.now() + timedelta(minutes=60), tick=False):
        assert_unusable(reset(anonymous, token))
    assert_unchanged(ada)


def test_a_token_dies_with_the_password_it_was_to_replace(anonymous, ada):
    forget(anonymous)
    first = mailed_token()
    forget(anonymous)
    reset(anonymous, mailed_token())

    assert_unusable(reset(anonymous, first, "yet another engine"))
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_a_token_dies_with_the_address_it_went_to(anonymous, ada):
    forget(anonymous)
    token = mailed_token()
    ada.email = "countess@example.com"
    ada.save()

    assert_unusable(reset(anonymous, token))
    assert_unchanged(ada)


def test_a_token_is_for_one_store(anonymous, ada):
    StoreHostFactory(host="other.example")
    forget(anonymous)

    assert_unusable(reset(anonymous, mailed_token(), **THERE))
    assert_unchanged(ada)


def test_a_token_is_for_one_purpose(anonymous, ada):
    forget(anonymous)

    assert_unusable(anonymous.post("/api/v1/auth/email/verify", {"token": mailed_token()}))
    ada.refresh_from_db()
    assert not ada.is_email_verified


def test_a_token_is_for_one_person(anonymous, ada, store):
    other = UserFactory(store=store)
    forget(anonymous)
    own = mailed_token()
    forget(anonymous, other.email)
    others = mailed_token()

    assert_unusable(reset(anonymous, f"{others.partition('.')[0]}.{own.partition('.')[2]}"))
    assert_unchanged(other)


def test_a_request_that_nobody_was_mailed_for_is_worth_nothing(anonymous, ada):
    forget(anonymous)
    row = OneTimeToken.objects.get()

    assert_unusable(reset(anonymous, row.written_for(ada)))
    assert_unchanged(ada)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("password1234", "password_too_common"),
        ("Ada Lovelace", "password_too_similar"),
        ("123456789012", "password_entirely_numeric"),
        ("x" * 1025, "max_length"),
        ("", "blank"),
    ],
)
def test_a_refused_password_leaves_the_token_good(anonymous, ada, password, code):
    forget(anonymous)
    token = mailed_token()

    response = reset(anonymous, token, password)

    assert response.status_code == 400
    assert response.json()["code"] == "validation_error"
    assert {"field": "password", "code": code} in [
        {"field": one["field"], "code": one["code"]} for one in response.json()["errors"]
    ]
    assert_unchanged(ada)
    assert reset(anonymous, token).status_code == 204


def test_a_reset_ends_all_sessions(anonymous, ada):
    stolen = client_of(ada)
    forget(anonymous)

    reset(anonymous, mailed_token())

    assert stolen.get("/api/v1/me").status_code == 401
    assert TokenFamily.objects.get().end_reason == "password_reset"


def test_who_has_no_password_yet_gets_one(anonymous, store):
    ada = UserFactory(store=store, email="ada@example.com", password=None)
    forget(anonymous)

    assert reset(anonymous, mailed_token()).status_code == 204
    ada.refresh_from_db()
    assert ada.check_password(NEW)


# --- changed -------------------------------------------------------------------------------------
def test_a_person_changes_their_own(ada):
    response = change(client_of(ada))

    assert (response.status_code, response.content) == (204, b"")
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    event = OutboxEvent.objects.get(name="customer.password_changed")
    assert (event.actor, event.payload) == (f"user:{ada.public_id}", {"how": "change"})
    events.deliver_pending()
    assert [message.subject for message in outbox.outbox] == ["Your password was changed"]


def test_a_change_ends_the_other_sessions(ada):
    here, elsewhere = client_of(ada), client_of(ada)

    change(here)

    assert here.get("/api/v1/me").status_code == 200
    assert elsewhere.get("/api/v1/me").status_code == 401


def test_a_change_takes_the_present_one(ada):
    response = change(client_of(ada), present="incorrect horse")

    assert (response.status_code, response.json()["code"]) == (422, "wrong_password")
    assert_unchanged(ada)


def test_a_change_follows_the_rules(ada):
    response = change(client_of(ada), password="Ada Lovelace")

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "password"
    assert_unchanged(ada)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "present_password"),
        ({"present_password": OLD}, "password"),
        ({"present_password": OLD, "password": 7}, "password"),
        ({"present_password": OLD, "password": NEW, "user": 1}, "user"),
        ({"present_password": "x" * 1025, "password": NEW}, "present_password"),
    ],
)
def test_refuses_what_is_no_change(ada, body, field):
    response = client_of(ada).post(CHANGE, body)

    assert response.status_code == 400
    assert field in {error["field"] for error in response.json()["errors"]}
    assert_unchanged(ada)


def test_strangers_change_nothing(anonymous):
    assert change(anonymous).status_code == 401


def test_spaces_and_a_thousand_letters_count(anonymous, ada):
    long = "  " + "long and whole " * 68 + "  "
    assert len(long) == 1024
    assert change(client_of(ada), password=long).status_code == 204

    ada.refresh_from_db()
    assert ada.check_password(long)
    assert not ada.check_password(long[:-1])
    assert not ada.check_password(long.strip())
