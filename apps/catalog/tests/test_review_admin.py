"""What moderators do on the staff site, and what is only looked at."""

import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Review
from apps.catalog.tests.factories import ProductFactory, ReviewFactory, WishlistItemFactory
from apps.events.models import OutboxEvent

REVIEWS = "/admin/catalog/review/"

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


@pytest.fixture
def lamp(store):
    return ProductFactory(store=store, slug="lamp")


def browser_of(store, role):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, roles=[role]))
    return browser


def press(browser, action, *reviews):
    chosen = {"action": action, "_selected_action": [review.pk for review in reviews]}
    answer = browser.post(REVIEWS, chosen, follow=True)
    return [str(message) for message in answer.context["messages"]]


def rating_of(product):
    product.refresh_from_db()
    return product.rating_sum, product.rating_count


def test_a_moderator_hides_and_shows(store, lamp):
    moderator = browser_of(store, "support")
    good, bad = ReviewFactory(product=lamp, points=10), ReviewFactory(product=lamp, points=0)

    assert press(moderator, "hide_off_topic", bad) == ["1 hidden."]
    bad.refresh_from_db()
    assert bad.hidden_reason == "It is not about the product."
    assert rating_of(lamp) == (10, 1)
    told = OutboxEvent.objects.get()
    assert (told.name, told.actor_role) == ("review.hidden", "support")

    said = press(moderator, "hide_rude", good, bad)
    assert len(said) == 2  # one is hidden already, and it is said
    assert rating_of(lamp) == (0, 0)

    assert press(moderator, "show_again", good, bad) == ["2 shown."]
    assert rating_of(lamp) == (10, 2)


def test_a_moderator_deletes(store, lamp):
    review = ReviewFactory(product=lamp)

    assert press(browser_of(store, "support"), "delete_reviews", review) == ["1 deleted."]

    assert Review.with_deleted.get().body == ""
    assert rating_of(lamp) == (0, 0)


def test_nobody_edits_words(store, lamp):
    review = ReviewFactory(product=lamp)
    form = {"body": "Best lamp ever", "points": "10"}

    answer = browser_of(store, "admin").post(f"{REVIEWS}{review.pk}/change/", form)

    assert answer.status_code == 403
    review.refresh_from_db()
    assert review.body == "It does what it should."


def test_words_are_read_on_the_page_of_a_review(store, lamp):
    review = ReviewFactory(product=lamp, author__email="ada@example.com")

    page = browser_of(store, "support").get(f"{REVIEWS}{review.pk}/change/").content.decode()

    assert "It does what it should." in page
    assert "a•••@e•••.com" in page
    assert "ada@example.com" not in page


def test_reviews_are_found_by_product_and_author(store, lamp):
    review = ReviewFactory(product=lamp, author__email="ada@example.com")
    ReviewFactory(product=ProductFactory(store=store))
    support = browser_of(store, "support")

    for wanted in ("lamp", "ada@example.com", str(lamp.public_id), str(review.public_id)):
        found = support.get(REVIEWS, {"q": wanted}).context["cl"].queryset
        assert [one.pk for one in found] == [review.pk], wanted


def test_wishes_are_only_looked_at(store, lamp):
    wish = WishlistItemFactory(product=lamp)
    support = browser_of(store, "support")

    assert support.get("/admin/catalog/wishlistitem/", {"q": "lamp"}).status_code == 200
    page = f"/admin/catalog/wishlistitem/{wish.pk}"
    assert support.post(f"{page}/change/", {"product": ""}).status_code == 403
    assert support.post(f"{page}/delete/", {"post": "yes"}).status_code == 403


def test_a_moderator_hides_with_words_of_their_own_and_shows_again(store, lamp):
    moderator = browser_of(store, "support")
    review = ReviewFactory(product=lamp, points=10)
    at = f"{REVIEWS}{review.pk}/hide/"
    seen = moderator.get(at).context["form"]["seen"].value()

    assert moderator.post(at, {"reason": "", "seen": seen}).status_code == 200
    assert moderator.post(at, {"reason": "a\x00b", "seen": seen}).status_code == 200
    assert rating_of(lamp) == (10, 1)
    done = moderator.post(at, {"reason": "It names a neighbour.", "seen": seen}, follow=True)

    assert [str(one) for one in done.context["messages"]] == ["Hidden."]
    review.refresh_from_db()
    assert (review.state, review.hidden_reason) == ("hidden", "It names a neighbour.")
    assert rating_of(lamp) == (0, 0)
    again = f"{REVIEWS}{review.pk}/show/"
    assert "Changed by somebody else" not in moderator.get(again).content.decode()
    assert moderator.post(again, {"seen": review.version}).status_code == 302
    assert rating_of(lamp) == (10, 1)
    assert [one.name for one in OutboxEvent.objects.order_by("pk")] == [
        "review.hidden",
        "review.shown",
    ]


def test_words_that_were_not_read_are_not_shown_again(store, lamp):
    review = ReviewFactory(product=lamp, state="hidden")
    moderator = browser_of(store, "support")
    at = f"{REVIEWS}{review.pk}/show/"
    seen = moderator.get(at).context["form"]["seen"].value()
    review.save()  # its author has written something else

    refused = moderator.post(at, {"seen": seen})

    assert "Read it again, then repeat your change." in refused.content.decode()
    review.refresh_from_db()
    assert review.state == "hidden"


def test_who_may_not_moderate_neither_sees_nor_presses_it(store, lamp):
    review = ReviewFactory(product=lamp)
    clerk = browser_of(store, "warehouse")

    assert clerk.get(f"{REVIEWS}{review.pk}/hide/").status_code == 403
    assert clerk.post(f"{REVIEWS}{review.pk}/hide/", {"reason": "x", "seen": 1}).status_code == 403
    theirs = ReviewFactory()
    moderator = browser_of(store, "support")
    assert moderator.get(f"{REVIEWS}{theirs.pk}/hide/").status_code == 302
    review.refresh_from_db()
    assert review.state == "published"


def test_reviews_are_narrowed_to_a_product_and_to_what_is_hidden(store, lamp):
    shown, hidden = ReviewFactory(product=lamp), ReviewFactory(product=lamp, state="hidden")
    other = ReviewFactory(product=ProductFactory(store=store))
    support = browser_of(store, "support")

    def found(**query):
        return {one.pk for one in support.get(REVIEWS, query).context["cl"].result_list}

    assert found(product=lamp.pk) == {shown.pk, hidden.pk}
    assert found(product=lamp.pk, state__exact="hidden") == {hidden.pk}
    assert found(state__exact="published") == {shown.pk, other.pk}
    assert support.get(REVIEWS, {"product": "abc"}).status_code == 302
