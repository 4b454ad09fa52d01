"""Making one product what a file says it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.catalog import services as catalog
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.core.transactions import requires_transaction
from apps.interchange.formats.record import ImageRecord, VariantRecord
from apps.interchange.kinds import Import
from apps.interchange.pictures import PictureLoader
from apps.interchange.planning import ProductPlan, variant_details
from apps.inventory import services as inventory


@dataclass(frozen=True, kw_only=True)
class AppliedPlan:
    """The product, its version now, and what was added to it."""

    product: Product
    version: int
    variants: list[Variant]
    images: list[ProductImage]


@requires_transaction
def apply_plan(
    *,
    plan: ProductPlan,
    run: Import,
    categories: Sequence[Category],
    load_picture: PictureLoader,
    stored: list[ProductImage],
) -> AppliedPlan:
    """This function will write a product with its variants, pictures and opening stock.

    `categories` are those it joins. `load_picture` is called within the transaction, one picture at
    a time: many large ones would not fit into memory together. Pictures that become files of ours
    are added to `stored`: files know no transaction, and whoever undoes this one removes them.

    Raises:
        PictureNotLoaded: a picture that is named by a path is not to be had.
        PreconditionFailed: somebody has changed the product since it was planned.
        CommerceError: whatever else the catalogue or inventory refuses.
    """
    product = _write_product(plan, run=run, categories=categories)
    variants = _write_variants(plan, product=product, run=run)
    images = [
        _add_image(image, product=product, run=run, load_picture=load_picture, stored=stored)
        for image in plan.new_images
    ]
    version = Product.objects.values_list("version", flat=True).get(pk=product.pk)
    return AppliedPlan(product=product, version=version, variants=variants, images=images)


def _write_product(plan: ProductPlan, *, run: Import, categories: Sequence[Category]) -> Product:
    joined = [str(category.public_id) for category in categories]
    if plan.known is None:
        return catalog.create_product(
            store=run.store, by=run.by, slug=plan.record.slug, categories=joined, **plan.details
        )
    product = plan.known.product
    details = dict(plan.details)
    if joined:
        before = [str(one.public_id) for one in plan.known.categories]
        details["categories"] = [*before, *joined]
    if details:
        catalog.update_product(
            store=run.store,
            product_id=product.pk,
            by=run.by,
            expected_version=product.version,
            **details,
        )
    return product


def _write_variants(plan: ProductPlan, *, product: Product, run: Import) -> list[Variant]:
    for variant, details in plan.variant_changes:
        catalog.update_variant(
            store=run.store,
            product_id=product.pk,
            variant_id=variant.pk,
            by=run.by,
            expected_version=variant.version,
            **details,
        )
    return [_add_variant(record, product=product, run=run) for record in plan.new_variants]


def _add_variant(record: VariantRecord, *, product: Product, run: Import) -> Variant:
    variant = catalog.create_variant(
        store=run.store, product_id=product.pk, by=run.by, **variant_details(record)
    )
    if record.opening_stock:
        inventory.receive_stock(
            store=run.store,
            variant=variant,
            quantity=record.opening_stock,
            by=run.by,
            note="Opening stock",
            reference=run.batch,
        )
    return variant


def _add_image(
    image: ImageRecord,
    *,
    product: Product,
    run: Import,
    load_picture: PictureLoader,
    stored: list[ProductImage],
) -> ProductImage:
    if image.is_address:
        return catalog.add_image(
            store=run.store,
            product_id=product.pk,
            by=run.by,
            source_url=image.source,
            alt=image.alt_text,
        )
    added = catalog.add_image_from_bytes(
        store=run.store,
        product_id=product.pk,
        by=run.by,
        content=load_picture(image.source),
        alt=image.alt_text,
    )
    stored.append(added)
    return added
