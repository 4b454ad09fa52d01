"""What customers write, and what everybody reads."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.api_keys import make_key
from apps.accounts.scopes import Scope
from apps.accounts.tests.factories import ApiKeyFactory, UserFactory
from apps.catalog.models import Product, Review
from apps.catalog.tests.factories import ProductFactory, ReviewFactory
from apps.core import rate_limits
from apps.events.models import OutboxEvent
from apps.stores.tests.factories import StoreFactory
from conftest import client_of
from tests.statements import at_most

REVIEWS = "/api/v1/reviews"
OF_LAMP = "/api/v1/products/lamp/reviews"


@pytest.fixture
def lamp(store):
    return ProductFactory(store=store, slug="lamp", title="A lamp")


@pytest.fixture
def own(lamp, shopper):
    return ReviewFactory(product=lamp, author=shopper)


def rating_of(product):
    product.refresh_from_db()
    return product.rating_sum, product.rating_count


def problem(answer):
    return answer.status_code, answer.json()["code"]


# --- writing -------------------------------------------------------------------------------------
def test_a_customer_reviews_a_product(shopper_client, shopper, lamp):
    answer = shopper_client.post(
        REVIEWS,
        {"product": "lamp", "rating": "4.5", "title": "Bright", "body": "Very.\r\nReally."},
    )

    assert answer.status_code == 201
    shown = answer.json()
    review = Review.objects.get()
    assert shown == {
        "id": str(review.public_id),
        "rating": "4.5",
        "title": "Bright",
        "body": "Very.\nReally.",
        "author": "Customer",
        "verified_purchase": False,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
        "product": {"id": str(lamp.public_id), "slug": "lamp", "title": "A lamp"},
        "customer_id": str(shopper.public_id),
        "show_name": False,
        "state": "published",
        "hidden_reason": "",
    }
    assert answer["Location"] == f"{REVIEWS}/{review.public_id}"
    assert shopper_client.get(answer["Location"])["ETag"] == answer["ETag"]
    assert rating_of(lamp) == (9, 1)
    assert lamp.version == 1
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("review.created", review.public_id)
    assert event.payload == {
        "product_id": str(lamp.public_id),
        "customer_id": str(shopper.public_id),
        "rating": "4.5",
    }


def test_words_are_encrypted(own):
    with connection.cursor() as cursor:
        cursor.execute("SELECT title || body FROM catalog_review")
        ((kept,),) = cursor.fetchall()
    assert "Good" not in kept
    assert "should" not in kept


@pytest.mark.parametrize("rating", [4.5, "0.0", 5, "5.0", 0])
def test_a_rating_may_be_a_number_and_needs_no_words(shopper_client, lamp, rating):
    answer = shopper_client.post(REVIEWS, {"product": "lamp", "rating": rating}, format="json")

    assert answer.status_code == 201
    assert answer.json()["rating"] == f"{float(rating):.1f}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", "4.3"),
        ("rating", "5.5"),
        ("rating", "-0.5"),
        ("rating", "NaN"),
        ("rating", None),
        ("rating", "many"),
        ("rating", 4.25),
        ("title", "x" * 121),
        ("title", "two\nlines"),
        ("title", 7),
        ("body", "x" * 5001),
        ("body", "bell\x07"),
        ("body", "\u202egnorw"),
        ("body", "Mine is 4242 4242 4242 4242"),
        ("show_name", "yes"),
        ("product", "no such thing"),
        ("verified_purchase", True),
        ("state", "published"),
    ],
)
def test_what_is_no_review_is_refused(shopper_client, lamp, field, value):
    body = {"product": "lamp", "rating": "4.5"} | {field: value}

    answer = shopper_client.post(REVIEWS, body, format="json")

    assert problem(answer) == (400, "validation_error")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Review.objects.exists()
    assert rating_of(lamp) == (0, 0)


def test_there_is_one_of_each_product(shopper_client, lamp, own):
    answer = shopper_client.post(REVIEWS, {"product": "lamp", "rating": "1.0"})

    assert problem(answer) == (409, "review_exists")
    assert rating_of(lamp) == (8, 1)


def test_one_that_was_deleted_makes_room_for_another(shopper_client, lamp, own):
    assert shopper_client.delete(f"{REVIEWS}/{own.public_id}").status_code == 204

    answer = shopper_client.post(REVIEWS, {"product": str(lamp.public_id), "rating": "1.0"})

    assert answer.status_code == 201
    assert rating_of(lamp) == (2, 1)


def test_a_product_that_is_not_for_the_public_is_not_reviewed(shopper_client, store):
    ProductFactory(store=store, slug="draft", published_at=None)
    ProductFactory(store=store, slug="gone", deleted_at=timezone.now())
    ProductFactory(slug="theirs")

    for slug in ("draft", "gone", "theirs", "never-was"):
        answer = shopper_client.post(REVIEWS, {"product": slug, "rating": "4.0"})
        assert problem(answer) == (422, "unknown_product")
    assert not Review.objects.exists()


def test_staff_do_not_praise_what_they_sell(staff_client, lamp):
    answer = staff_client.post(REVIEWS, {"product": "lamp", "rating": "5.0"})

    assert problem(answer) == (409, "reviewer_is_staff")
    assert rating_of(lamp) == (0, 0)


def test_a_key_repeats_no_review(shopper_client, lamp):
    key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    body = {"product": "lamp", "rating": "4.0"}

    first, again = [shopper_client.post(REVIEWS, body, **key) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 201)
    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert rating_of(lamp) == (8, 1)


def test_ten_an_hour_are_enough(shopper_client, lamp, settings):
    settings.RATELIMIT_CACHE_PREFIX = f"{uuid4()}:"
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"review": "1/30d"}
    rate_limits.forget()

    first, second = [
        shopper_client.post(REVIEWS, {"product": "lamp", "rating": "4.0"}) for _ in range(2)
    ]

    assert first.status_code == 201
    assert problem(second) == (429, "too_many_requests")
    assert second.json()["limit"] == "review"
    rate_limits.forget()


# --- changing ------------------------------------------------------------------------------------
def test_an_author_thinks_better_of_it(shopper_client, lamp, own):
    answer = shopper_client.patch(f"{REVIEWS}/{own.public_id}", {"rating": "2.5", "body": "Dim."})

    assert answer.status_code == 200
    assert (answer.json()["rating"], answer.json()["body"]) == ("2.5", "Dim.")
    assert rating_of(lamp) == (5, 1)
    event = OutboxEvent.objects.get()
    assert event.name == "review.updated"
    assert event.payload["changed"] == ["body", "rating"]
    assert event.payload["changes"] == {"rating": ["4.0", "2.5"]}
    assert "Dim." not in str(event.payload)


def test_what_is_said_already_is_no_change(shopper_client, own):
    answer = shopper_client.patch(f"{REVIEWS}/{own.public_id}", {"rating": "4.0"})

    assert answer.status_code == 200
    assert not OutboxEvent.objects.exists()
    own.refresh_from_db()
    assert own.version == 1


def test_an_author_takes_it_back_and_the_words_are_forgotten(shopper_client, lamp, own):
    answer = shopper_client.delete(f"{REVIEWS}/{own.public_id}")

    assert answer.status_code == 204
    assert rating_of(lamp) == (0, 0)
    own = Review.with_deleted.get()
    assert (own.title, own.body) == ("", "")
    assert own.deleted_at
    assert OutboxEvent.objects.get().name == "review.deleted"
    assert shopper_client.get(f"{REVIEWS}/{own.public_id}").status_code == 404


def test_a_stale_writer_is_refused(shopper_client, lamp, own):
    where = f"{REVIEWS}/{own.public_id}"
    seen = {"If-Match": shopper_client.get(where)["ETag"]}
    assert shopper_client.patch(where, {"rating": "3.0"}).status_code == 200

    for answer in (
        shopper_client.patch(where, {"rating": "1.0"}, headers=seen),
        shopper_client.delete(where, headers=seen),
    ):
        assert problem(answer) == (412, "stale_version")
    assert rating_of(lamp) == (6, 1)


def test_other_peoples_reviews_are_not_there(shopper_client, lamp):
    where = f"{REVIEWS}/{ReviewFactory(product=lamp).public_id}"

    for answer in (
        shopper_client.get(where),
        shopper_client.patch(where, {"rating": "0.0"}),
        shopper_client.delete(where),
    ):
        assert answer.status_code == 404
    assert rating_of(lamp) == (8, 1)


def test_moderators_put_words_into_nobodys_mouth(staff_client, lamp, own):
    answer = staff_client.patch(f"{REVIEWS}/{own.public_id}", {"rating": "5.0"})

    assert answer.status_code == 404
    assert rating_of(lamp) == (8, 1)


def test_a_machine_has_no_opinion(anonymous, store, lamp):
    made = make_key()
    ApiKeyFactory(
        store=store, prefix=made.prefix, digest=made.digest, scopes=[Scope.MODERATE_REVIEWS]
    )
    review = ReviewFactory(product=lamp)
    anonymous.credentials(HTTP_AUTHORIZATION=f"Api-Key {made.text}")

    written = anonymous.post(REVIEWS, {"product": "lamp", "rating": "5.0"})
    changed = anonymous.patch(f"{REVIEWS}/{review.public_id}", {"rating": "5.0"})

    assert problem(written) == problem(changed) == (403, "person_required")
    assert len(anonymous.get(REVIEWS).json()["results"]) == 1


def test_a_review_of_a_deleted_product_is_out_of_sight(shopper_client, lamp, own):
    Product.objects.update(deleted_at=timezone.now())

    assert shopper_client.get(f"{REVIEWS}/{own.public_id}").status_code == 404
    assert shopper_client.get(REVIEWS).json()["results"] == []


# --- reading -------------------------------------------------------------------------------------
def at(day):
    return datetime(2026, 11, day, tzinfo=UTC)


def test_everybody_reads_what_a_product_is_said_to_be(anonymous, lamp):
    author = UserFactory(store=lamp.store, full_name="Ada Lovelace", email="ada@example.com")
    ReviewFactory(product=lamp, author=author, show_name=True, is_verified=True)
    ReviewFactory(product=lamp, state="hidden")
    ReviewFactory(product__store=lamp.store)

    answer = anonymous.get(OF_LAMP)

    assert answer.status_code == 200
    assert answer.json()["count"] == 1
    (shown,) = answer.json()["results"]
    assert shown == {
        "id": shown["id"],
        "rating": "4.0",
        "title": "Good",
        "body": "It does what it should.",
        "author": "Ada L.",
        "verified_purchase": True,
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }
    for secret in ("Lovelace", "ada@example.com", str(author.public_id)):
        assert secret not in answer.content.decode()


def test_a_name_is_told_only_if_its_owner_says_so(anonymous, lamp):
    author = UserFactory(store=lamp.store, full_name="Ada Lovelace")
    ReviewFactory(product=lamp, author=author)

    assert anonymous.get(OF_LAMP).json()["results"][0]["author"] == "Customer"


def test_reviews_are_ordered_and_filtered(anonymous, lamp):
    for points, day, verified in [(8, 1, False), (2, 2, True), (10, 3, False), (8, 4, True)]:
        ReviewFactory(product=lamp, points=points, created_at=at(day), is_verified=verified)

    def found(**query):
        results = anonymous.get(OF_LAMP, query).json()["results"]
        return [(one["rating"], int(one["created_at"][8:10])) for one in results]

    newest = [("4.0", 4), ("5.0", 3), ("1.0", 2), ("4.0", 1)]
    assert found() == found(ordering="newest") == newest
    assert found(ordering="highest") == [("5.0", 3), ("4.0", 4), ("4.0", 1), ("1.0", 2)]
    assert found(ordering="lowest") == [("1.0", 2), ("4.0", 4), ("4.0", 1), ("5.0", 3)]
    assert found(ordering="verified") == [("4.0", 4), ("1.0", 2), ("5.0", 3), ("4.0", 1)]
    assert found(rating="4.0") == [("4.0", 4), ("4.0", 1)]
    assert found(verified="false", ordering="lowest") == [("4.0", 1), ("5.0", 3)]
    assert found(page_size=1, page=2) == [("5.0", 3)]
    for wrong in ({"ordering": "best"}, {"rating": "4.3"}, {"verified": "perhaps"}):
        assert problem(anonymous.get(OF_LAMP, wrong)) == (400, "validation_error")


def test_reviews_of_what_is_not_published_are_for_staff(anonymous, staff_client, store):
    draft = ProductFactory(store=store, slug="draft", published_at=None)
    ReviewFactory(product=draft)
    where = "/api/v1/products/draft/reviews"

    assert anonymous.get(where).status_code == 404
    assert staff_client.get(where).json()["count"] == 1


def test_products_show_what_they_are_rated(anonymous, lamp):
    def shown():
        listed = anonymous.get("/api/v1/products").json()["results"][0]["rating"]
        assert anonymous.get("/api/v1/products/lamp").json()["rating"] == listed
        return listed

    assert shown() == {"average": None, "count": 0}
    ReviewFactory(product=lamp, points=9)
    ReviewFactory(product=lamp, points=8)
    assert shown() == {"average": "4.3", "count": 2}


def test_people_see_their_own_and_moderators_all(shopper_client, shopper, staff_client, lamp, own):
    hidden = ReviewFactory(product=lamp, state="hidden", points=2)
    ReviewFactory()

    def found(client, **query):
        return [one["id"] for one in client.get(REVIEWS, query).json()["results"]]

    assert found(shopper_client) == [str(own.public_id)]
    assert found(shopper_client, customer=str(hidden.author.public_id)) == []
    assert found(staff_client) == [str(hidden.public_id), str(own.public_id)]
    assert found(staff_client, state="hidden") == [str(hidden.public_id)]
    assert found(staff_client, customer=str(shopper.public_id)) == [str(own.public_id)]
    assert found(staff_client, product="lamp", rating="1.0") == [str(hidden.public_id)]
    assert found(staff_client, product="other") == []
    assert found(staff_client, verified="true") == []


def test_who_lacks_the_scope_sees_their_own_alone(store, own):
    clerk = client_of(UserFactory(store=store, is_staff=True, roles=["warehouse"]))

    assert clerk.get(REVIEWS).json()["results"] == []
    assert clerk.get(f"{REVIEWS}/{own.public_id}").status_code == 404


def test_lists_cost_few_statements_however_long_they_are(anonymous, staff_client, lamp):
    ReviewFactory.create_batch(12, product=lamp, show_name=True)
    for _ in range(3):
        ReviewFactory(product__store=lamp.store)

    with at_most(3):  # the product, how many, the page
        assert len(anonymous.get(OF_LAMP).json()["results"]) == 12
    with at_most(3):  # who asks, what they may, the page
        assert len(staff_client.get(REVIEWS).json()["results"]) == 15


def test_reviews_stay_in_their_store(shopper_client):
    other = ReviewFactory(store=StoreFactory())

    assert shopper_client.get(f"{REVIEWS}/{other.public_id}").status_code == 404
