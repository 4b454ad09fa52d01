"""The goods of the demo shop."""

from collections.abc import Sequence
from datetime import datetime

from apps.accounts.models import User
from apps.catalog import services as catalog
from apps.catalog.models import Product
from apps.interchange.demo.pictures import picture_for
from apps.interchange.formats.record import ProductRecord
from apps.interchange.report import ImportReport, Outcome, Result
from apps.interchange.services.import_products import import_products
from apps.stores.models import Store

_FEATURED = "featured"


def seed_products(
    *, store: Store, goods: Sequence[ProductRecord], by: User, now: datetime
) -> ImportReport:
    """This function will import the demo's products, draw their pictures, and feature some.

    Only what is new is featured: staff may have decided otherwise since.
    """
    created: set[str] = set()

    def note(outcome: Outcome) -> None:
        if outcome.result is Result.CREATED:
            created.add(outcome.key)

    report = import_products(
        store=store, records=goods, load_picture=picture_for, by=by, now=now, observe=note
    )
    featured = created & {one.slug for one in goods if _FEATURED in one.tags}
    for product in Product.objects.for_store(store).filter(slug__in=featured):
        catalog.update_product(store=store, product_id=product.pk, by=by, is_featured=True)
    return report
