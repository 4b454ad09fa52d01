from datetime import UTC, datetime

from apps.catalog import services as catalog
from apps.catalog.tests.factories import ProductFactory
from apps.events.models import OutboxEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
EVENING = datetime(2026, 3, 1, 20, tzinfo=UTC)


def events():
    return list(OutboxEvent.objects.order_by("pk").values_list("name", "payload__slug"))


def test_publishes_what_the_public_cannot_see(store):
    hidden = ProductFactory(store=store, slug="hidden", published_at=None)
    planned = ProductFactory(store=store, slug="planned", published_at=EVENING)
    shown = ProductFactory(store=store, slug="shown", published_at=MORNING)
    theirs = ProductFactory(slug="theirs", published_at=None)

    count = catalog.publish_products(
        store=store,
        product_ids=[one.pk for one in (hidden, planned, shown, theirs)],
        by=None,
        now=NOON,
    )

    assert count == 2
    for product in (hidden, planned, shown, theirs):
        product.refresh_from_db()
    assert [hidden.published_at, planned.published_at] == [NOON, NOON]
    assert (shown.published_at, theirs.published_at) == (MORNING, None)
    assert (hidden.version, shown.version) == (2, 1)
    assert events() == [("product.published", "hidden"), ("product.published", "planned")]


def test_hides_what_is_shown_or_planned(store):
    hidden = ProductFactory(store=store, slug="hidden", published_at=None)
    shown = ProductFactory(store=store, slug="shown", published_at=MORNING)
    theirs = ProductFactory(slug="theirs", published_at=MORNING)

    count = catalog.unpublish_products(
        store=store, product_ids=[one.pk for one in (hidden, shown, theirs)], by=None
    )

    assert count == 1
    for product in (hidden, shown, theirs):
        product.refresh_from_db()
    assert (shown.published_at, theirs.published_at) == (None, MORNING)
    assert (hidden.version, shown.version) == (1, 2)
    assert events() == [("product.unpublished", "shown")]
