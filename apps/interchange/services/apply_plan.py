"""Making one product what a file says it is."""

from django.core.files.storage import default_storage
from django.db import transaction

from apps.catalog import services as catalog
from apps.catalog.models import Category, Product, ProductImage
from apps.core.retries import retry_conflicts
from apps.events.actors import Actor
from apps.interchange.pictures import PictureLoader
from apps.interchange.planning import ProductPlan, variant_details
from apps.inventory import services as inventory
from apps.stores.models import Store


@retry_conflicts
def apply_plan(
    *,
    plan: ProductPlan,
    store: Store,
    category: Category | None,
    load_picture: PictureLoader,
    by: Actor,
) -> None:
    """This function will write a product with its variants, pictures and opening stock, or nothing.

    `category` is the one it joins. `load_picture` is called within the transaction, one picture at
    a time: many large ones would not fit into memory together.

    Raises:
        PictureNotLoaded: a picture that is named by a path is not to be had.
        PreconditionFailed: somebody has changed the product since it was planned.
        CommerceError: whatever else the catalogue or inventory refuses.
    """
    stored: list[ProductImage] = []
    try:
        with transaction.atomic():
            product = _write_product(plan, store=store, category=category, by=by)
            _write_variants(plan, product=product, store=store, by=by)
            _add_images(
                plan,
                product=product,
                store=store,
                load_picture=load_picture,
                by=by,
                stored=stored,
            )
    except BaseException:
        for image in stored:  # files know no transaction
            for file in (image.file, image.thumbnail):
                default_storage.delete(str(file.name))
        raise


def _write_product(
    plan: ProductPlan, *, store: Store, category: Category | None, by: Actor
) -> Product:
    joined = [str(category.public_id)] if category else []
    if plan.known is None:
        return catalog.create_product(
            store=store, by=by, slug=plan.record.slug, categories=joined, **plan.details
        )
    product = plan.known.product
    details = dict(plan.details)
    if joined:
        before = [str(one.public_id) for one in plan.known.categories]
        details["categories"] = [*before, *joined]
    if details:
        catalog.update_product(
            store=store,
            product_id=product.pk,
            by=by,
            expected_version=product.version,
            **details,
        )
    return product


def _write_variants(plan: ProductPlan, *, product: Product, store: Store, by: Actor) -> None:
    for variant, details in plan.variant_changes:
        catalog.update_variant(
            store=store,
            product_id=product.pk,
            variant_id=variant.pk,
            by=by,
            expected_version=variant.version,
            **details,
        )
    for record in plan.new_variants:
        variant = catalog.create_variant(
            store=store, product_id=product.pk, by=by, **variant_details(record)
        )
        if record.opening_stock:
            inventory.receive_stock(
                store=store,
                variant=variant,
                quantity=record.opening_stock,
                by=by,
                note="Opening stock",
            )


def _add_images(
    plan: ProductPlan,
    *,
    product: Product,
    store: Store,
    load_picture: PictureLoader,
    by: Actor,
    stored: list[ProductImage],
) -> None:
    for image in plan.new_images:
        if image.is_address:
            catalog.add_image(
                store=store,
                product_id=product.pk,
                by=by,
                source_url=image.source,
                alt=image.alt_text,
            )
        else:
            added = catalog.add_image_from_bytes(
                store=store,
                product_id=product.pk,
                by=by,
                content=load_picture(image.source),
                alt=image.alt_text,
            )
            stored.append(added)
