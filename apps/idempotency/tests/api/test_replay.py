from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from apps.accounts.tests.factories import UserFactory
from apps.core.access import ANYONE
from apps.core.errors import Conflict
from apps.core.transactions import in_transaction
from apps.idempotency.api.replay import (
    accepts_idempotency_key,
    requires_idempotency_key,
    requires_idempotency_key_across_transactions,
)
from apps.idempotency.models import IdempotencyKey
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory
from tests.threads import at_once


class Open(APIView):
    authentication_classes = []
    access = {"post": ANYONE}


def found_group(view, request):
    """The effect: one more row, named by the body."""
    if request.data.get("refuse"):
        Group.objects.create(name="undone")
        raise Conflict("Not now.")
    if request.data.get("break"):
        Group.objects.create(name="undone")
        raise RuntimeError("a bug")
    number = Group.objects.count() + 1
    Group.objects.create(name=f"group {number}")
    return Response({"number": number}, status=201, headers={"Location": f"/groups/{number}"})


class Accepting(Open):
    post = accepts_idempotency_key(found_group)


class Requiring(Open):
    post = requires_idempotency_key(found_group)


class AcrossTransactions(Open):
    post = requires_idempotency_key_across_transactions(found_group)


WAYS = [Accepting, Requiring, AcrossTransactions]


@pytest.fixture
def send(store):
    """A way to post to a view as a person of the default store, unless told otherwise."""
    person = UserFactory(store=store)

    def post(view, body=None, *, key="one", by=person, at=store, path="/groups", **headers):
        if key is not None:
            headers["HTTP_IDEMPOTENCY_KEY"] = key
        request = APIRequestFactory().post(path, body or {}, format="json", **headers)
        request.store = at
        if by is not None:
            force_authenticate(request, user=by)
        return view.as_view()(request)

    return post


def test_without_a_key_every_request_has_its_effect(send):
    for number in (1, 2):
        assert send(Accepting, key=None).data == {"number": number}

    assert Group.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("view", WAYS)
def test_a_repetition_is_answered_as_the_first_was(send, view):
    first = send(view)
    again = send(view)

    assert Group.objects.count() == 1
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert again.status_code == 201
    assert again["Location"] == "/groups/1"
    assert again["Content-Type"] == "application/json"
    assert again.content == b'{"number":1}'


@pytest.mark.parametrize("view", WAYS)
def test_a_key_stands_for_one_body_and_one_route(send, view):
    send(view, {"colour": "red"})

    for response in (
        send(view, {"colour": "blue"}),
        send(view, {"colour": "red"}, path="/other"),
    ):
        assert response.status_code == 422
        assert response.data["code"] == "idempotency_key_reused"
    assert Group.objects.count() == 1


def test_the_order_of_members_makes_no_other_body(send):
    send(Accepting, {"a": 1, "b": 2})

    assert send(Accepting, {"b": 2, "a": 1})["Idempotent-Replayed"] == "true"


def test_keys_of_two_people_two_stores_and_two_guests_never_meet(send):
    callers = [
        {},
        {"by": UserFactory()},
        {"at": StoreFactory()},
        {"by": None, "HTTP_X_CART_TOKEN": "mine"},
        {"by": None, "HTTP_X_CART_TOKEN": "yours"},
    ]
    numbers = [send(Accepting, **caller).data["number"] for caller in callers]

    assert numbers == [1, 2, 3, 4, 5]
    assert [send(Accepting, **caller).content for caller in callers] == [
        b'{"number":1}', b'{"number":2}', b'{"number":3}', b'{"number":4}', b'{"number":5}',
    ]  # fmt: skip


def test_what_is_stored_tells_neither_the_body_nor_the_guest(send):
    send(Accepting, {"password": "difference engine"}, by=None, HTTP_X_CART_TOKEN="mine")

    row = IdempotencyKey.objects.get()
    plain = b'POST /groups\n{"password": "difference engine"}'
    assert row.fingerprint != sha256(plain).hexdigest()
    assert "difference" not in row.fingerprint + row.body
    assert "mine" not in row.caller


@pytest.mark.parametrize("view", [Requiring, AcrossTransactions])
def test_a_key_that_is_required_is_asked_for(send, view):
    response = send(view, key=None)

    assert response.status_code == 400
    assert [(one["field"], one["code"]) for one in response.data["errors"]] == [
        ("Idempotency-Key", "idempotency_key_required")
    ]
    assert not Group.objects.exists()


@pytest.mark.parametrize("view", WAYS)
@pytest.mark.parametrize("key", ["x" * 256, "smörgås", "tab\tbed"])
def test_a_key_is_255_printable_ascii_characters_at_most(send, view, key):
    response = send(view, key=key)

    assert response.status_code == 400
    assert response.data["errors"][0]["code"] == "idempotency_key_invalid"
    assert not Group.objects.exists()
    assert send(view, key="x" * 255).status_code == 201


@pytest.mark.parametrize("view", [Accepting, Requiring])
def test_a_refusal_has_no_effect_and_leaves_the_key_free(send, view):
    response = send(view, {"refuse": True})

    assert response.status_code == 409
    assert not Group.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert send(view).status_code == 201


@pytest.mark.parametrize("view", [Accepting, Requiring])
def test_a_bug_has_no_effect_and_leaves_the_key_free(send, view):
    with pytest.raises(RuntimeError):
        send(view, {"break": True})

    assert not Group.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("failure", ["refuse", "break"])
def test_a_failure_between_transactions_leaves_the_key_free(send, failure):
    if failure == "break":
        with pytest.raises(RuntimeError):
            send(AcrossTransactions, {failure: True})
    else:
        assert send(AcrossTransactions, {failure: True}).status_code == 409

    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("view", WAYS)
def test_a_day_later_the_key_is_new(send, view):
    send(view)

    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        response = send(view)

    assert response.data == {"number": 2}
    assert IdempotencyKey.objects.count() == 1


def test_between_transactions_no_transaction_is_open_and_the_key_is_known(send):
    seen = []

    class Looking(Open):
        @requires_idempotency_key_across_transactions
        def post(self, request):
            seen.append((in_transaction(), request.idempotency_key))
            return Response({})

    send(Looking, key="abc")

    assert seen == [(False, "abc")]


def test_the_key_of_a_request_that_died_is_free_a_minute_later(send):
    class Dying(Open):
        @requires_idempotency_key_across_transactions
        def post(self, request):
            raise SystemExit  # no exception handler sees a killed process

    with pytest.raises(SystemExit):
        send(Dying)

    waiting = send(AcrossTransactions)
    assert waiting.status_code == 409
    assert waiting.data["code"] == "request_in_progress"
    assert waiting["Retry-After"] == "2"
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        assert send(AcrossTransactions).data == {"number": 1}


@pytest.mark.parametrize("view", WAYS)
def test_one_key_twelve_times_at_once_has_one_effect(transactional_db, view):
    store, _ = Store.objects.get_or_create(is_default=True, defaults={"slug": "default"})
    person = UserFactory(store=store)

    def post():
        request = APIRequestFactory().post("/groups", {}, HTTP_IDEMPOTENCY_KEY="one")
        request.store = store
        force_authenticate(request, user=person)
        return view.as_view()(request).status_code

    statuses = at_once(*[post] * 12)

    assert Group.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
