"""New products of a file, many at once."""

from collections.abc import Sequence

from apps.catalog import services as catalog
from apps.catalog.drafts import CreatedProduct, ImageDraft, ProductDraft
from apps.catalog.models import Category
from apps.core.transactions import requires_transaction
from apps.interchange.kinds import Import
from apps.interchange.planning import ProductPlan, variant_details
from apps.inventory import services as inventory


@requires_transaction
def create_planned(
    *, plans: Sequence[ProductPlan], shelves: Sequence[Sequence[Category]], run: Import
) -> list[CreatedProduct]:
    """This function will create products with their variants, pictures and opening stock, or none.

    `shelves` are the categories of each plan. Their pictures are addresses.

    Raises:
        CommerceError: whatever the catalogue or inventory refuses.
    """
    if not plans:
        return []
    drafts = [_draft(plan, shelf) for plan, shelf in zip(plans, shelves, strict=True)]
    created = catalog.create_products(store=run.store, drafts=drafts, by=run.by)
    opening = {
        variant: record.opening_stock
        for plan, one in zip(plans, created, strict=True)
        for record, variant in zip(plan.new_variants, one.variants, strict=True)
        if record.opening_stock
    }
    if opening:
        inventory.receive_stocks(
            store=run.store,
            quantities=opening,
            by=run.by,
            note="Opening stock",
            reference=run.batch,
        )
    return created


def _draft(plan: ProductPlan, shelf: Sequence[Category]) -> ProductDraft:
    return ProductDraft(
        details={**plan.details, "slug": plan.record.slug},
        categories=list(dict.fromkeys(shelf)),
        variants=[variant_details(record) for record in plan.new_variants],
        in_stock=frozenset(one.sku for one in plan.new_variants if one.opening_stock),
        images=[
            ImageDraft(source_url=image.source, alt=image.alt_text) for image in plan.new_images
        ],
    )
