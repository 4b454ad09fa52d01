"""What moderators keep from the public, and what becomes of it."""

import pytest

from apps.accounts.api_keys import make_key
from apps.accounts.scopes import Scope
from apps.accounts.tests.factories import ApiKeyFactory, UserFactory
from apps.catalog.models import Review
from apps.catalog.tests.factories import ProductFactory, ReviewFactory
from apps.events.models import OutboxEvent
from conftest import client_of

REASON = {"reason": "It insults the maker."}


@pytest.fixture
def lamp(store):
    return ProductFactory(store=store, slug="lamp")


@pytest.fixture
def review(lamp, shopper):
    return ReviewFactory(product=lamp, author=shopper)


def where(review, step=""):
    return f"/api/v1/reviews/{review.public_id}{step and f'/{step}'}"


def rating_of(product):
    product.refresh_from_db()
    return product.rating_sum, product.rating_count


def problem(answer):
    return answer.status_code, answer.json()["code"]


def test_a_hidden_review_counts_for_nothing_and_its_author_reads_why(
    staff_client, shopper_client, anonymous, lamp, review
):
    answer = staff_client.post(where(review, "hide"), REASON)

    assert answer.status_code == 200
    assert answer.json()["state"] == "hidden"
    assert rating_of(lamp) == (0, 0)
    assert anonymous.get("/api/v1/products/lamp/reviews").json()["count"] == 0
    own = shopper_client.get(where(review)).json()
    assert (own["state"], own["hidden_reason"]) == ("hidden", "It insults the maker.")
    event = OutboxEvent.objects.get()
    assert event.name == "review.hidden"
    assert event.payload["changes"] == {"state": ["published", "hidden"]}
    assert "insults" not in str(event.payload)


def test_it_may_be_shown_again(staff_client, anonymous, lamp, review):
    staff_client.post(where(review, "hide"), REASON)

    answer = staff_client.post(where(review, "show"))

    assert (answer.json()["state"], answer.json()["hidden_reason"]) == ("published", "")
    assert rating_of(lamp) == (8, 1)
    assert anonymous.get("/api/v1/products/lamp/reviews").json()["count"] == 1
    event = OutboxEvent.objects.order_by("pk").last()
    assert event.name == "review.shown"
    assert event.payload["changes"] == {"state": ["hidden", "published"]}


def test_what_is_done_already_is_not_done_again(staff_client, review):
    assert problem(staff_client.post(where(review, "show"))) == (409, "review_state_conflict")
    staff_client.post(where(review, "hide"), REASON)
    again = staff_client.post(where(review, "hide"), {"reason": "Another."})

    assert problem(again) == (409, "review_state_conflict")
    assert again.json()["state"] == "hidden"
    assert Review.objects.get().hidden_reason == "It insults the maker."
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "a\nb"}, {"reason": "x" * 301}])
def test_who_hides_says_why(staff_client, lamp, review, body):
    assert problem(staff_client.post(where(review, "hide"), body)) == (400, "validation_error")
    assert rating_of(lamp) == (8, 1)


def test_an_edit_brings_nothing_back(staff_client, shopper_client, lamp, review):
    staff_client.post(where(review, "hide"), REASON)

    answer = shopper_client.patch(where(review), {"rating": "5.0", "body": "All is well."})

    assert (answer.json()["rating"], answer.json()["state"]) == ("5.0", "hidden")
    assert rating_of(lamp) == (0, 0)
    staff_client.post(where(review, "show"))
    assert rating_of(lamp) == (10, 1)


def test_one_that_was_edited_since_it_was_read_is_not_hidden(staff_client, shopper_client, review):
    seen = {"If-Match": staff_client.get(where(review))["ETag"]}
    shopper_client.patch(where(review), {"body": "All is well."})

    answer = staff_client.post(where(review, "hide"), REASON, headers=seen)

    assert problem(answer) == (412, "stale_version")
    assert Review.objects.get().state == "published"


def test_moderators_delete_what_nobody_should_have_written(staff_client, lamp, review):
    staff_client.post(where(review, "hide"), REASON)

    assert staff_client.delete(where(review)).status_code == 204

    review = Review.with_deleted.get()
    assert (review.title, review.body, review.hidden_reason) == ("", "", "")
    assert rating_of(lamp) == (0, 0)


@pytest.mark.parametrize("role", ["warehouse", "finance", "read_only"])
def test_other_staff_hide_nothing(store, lamp, review, role):
    clerk = client_of(UserFactory(store=store, is_staff=True, roles=[role]))

    for step in ("hide", "show"):
        answer = clerk.post(where(review, step), REASON)
        assert problem(answer) == (403, "missing_scope")
        assert answer.json()["scope"] == "moderate_reviews"
    assert rating_of(lamp) == (8, 1)


def test_customers_hide_nothing_not_even_their_own(shopper_client, lamp, review):
    assert problem(shopper_client.post(where(review, "hide"), REASON)) == (403, "missing_scope")
    assert rating_of(lamp) == (8, 1)


def test_a_machine_may_moderate(anonymous, store, lamp, review):
    made = make_key()
    key = ApiKeyFactory(
        store=store, prefix=made.prefix, digest=made.digest, scopes=[Scope.MODERATE_REVIEWS]
    )
    anonymous.credentials(HTTP_AUTHORIZATION=f"Api-Key {made.text}")

    assert anonymous.post(where(review, "hide"), REASON).status_code == 200

    assert rating_of(lamp) == (0, 0)
    assert OutboxEvent.objects.get().actor == f"key:{key.public_id}"
