"""Undoing what an import did to one product."""

from typing import Any

from apps.catalog import services as catalog
from apps.catalog.models import Product, ProductImage, Variant
from apps.core.transactions import requires_transaction
from apps.interchange.errors import ChangedSince, NotRevertible
from apps.interchange.kinds import Import
from apps.interchange.models import ImportRow
from apps.interchange.product_changes import restored
from apps.inventory import services as inventory

_KEPT = "It was sold since, so it was not deleted but hidden from the public."


@requires_transaction
def revert_product(row: ImportRow, *, run: Import) -> str:
    """This function will delete a product that was created, or give a changed one its values back.

    What an import has received of its stock leaves the warehouse again. A product that was sold
    since is kept, and hidden. Returns what staff should know of it.

    Raises:
        ChangedSince: somebody has changed it since.
        ProductHasSales: a variant that was added cannot go, for the product was sold.
    """
    found = Product.objects.for_store(run.store).filter(public_id=row.target).locked()
    if not found or found[0].version != row.version:
        raise ChangedSince
    (product,) = found
    if row.outcome == ImportRow.Outcome.CREATED:
        return _take_out(product, run=run)
    if row.before is None:
        raise NotRevertible("What it was before is not kept any more.")
    _put_back(product, row.before, run=run)
    return ""


def _take_out(product: Product, *, run: Import) -> str:
    if product.first_sold_at is not None:
        catalog.unpublish_products(store=run.store, product_ids=[product.pk], by=run.by)
        return _KEPT
    _withdraw(list(Variant.objects.filter(product=product)), run=run)
    catalog.delete_product(store=run.store, product_id=product.pk, by=run.by, now=run.now)
    return ""


def _put_back(product: Product, before: dict[str, Any], *, run: Import) -> None:
    added = Variant.objects.filter(product=product, public_id__in=before["new_variants"])
    _withdraw(list(added), run=run)
    place: dict[str, Any] = {"store": run.store, "product_id": product.pk, "by": run.by}
    for variant in added:
        catalog.delete_variant(variant_id=variant.pk, now=run.now, **place)
    for image in ProductImage.objects.filter(product=product, public_id__in=before["new_images"]):
        catalog.delete_image(image_id=image.pk, now=run.now, **place)
    for variant in Variant.objects.filter(product=product, public_id__in=before["variants"]):
        details = restored(before["variants"][str(variant.public_id)])
        catalog.update_variant(variant_id=variant.pk, **place, **details)
    details = restored(before["product"])
    if "categories" in before:
        details["categories"] = before["categories"]
    if details:
        catalog.update_product(**place, **details)


def _withdraw(variants: list[Variant], *, run: Import) -> None:
    if run.batch is not None:
        inventory.withdraw_stock(
            store=run.store,
            variant_ids=[variant.pk for variant in variants],
            reference=run.batch,
            by=run.by,
            reason="Import reverted",
        )
