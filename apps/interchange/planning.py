"""What an import would do to one product: pure comparison of a record with what is there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from apps.catalog.changes import product_columns, variant_columns
from apps.catalog.models import Category, Product, Variant
from apps.interchange.formats.record import ImageRecord, ProductRecord, VariantRecord
from apps.interchange.report import Result

# Where a product remembers the picture files it was given, for our own file has another name.
PICTURE_FILES = "picture_files"

Details = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class KnownProduct:
    """A product as it is in the store, with all that a record is compared with."""

    product: Product
    variants: tuple[Variant, ...]
    categories: tuple[Category, ...]
    image_addresses: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class ProductPlan:
    """Everything an import would write for one record; `known` is `None` for a new product.

    `joins` are the paths of the categories that it is put into.
    """

    record: ProductRecord
    known: KnownProduct | None
    details: Details
    joins: tuple[tuple[str, ...], ...]
    new_variants: tuple[VariantRecord, ...]
    variant_changes: tuple[tuple[Variant, Details], ...]
    new_images: tuple[ImageRecord, ...]

    @property
    def result(self) -> Result:
        """What the import of this record would be called."""
        if self.known is None:
            return Result.CREATED
        writes = (
            self.details,
            self.joins,
            self.new_variants,
            self.variant_changes,
            self.new_images,
        )
        return Result.CHANGED if any(writes) else Result.UNCHANGED


def plan_product(
    *,
    record: ProductRecord,
    known: KnownProduct | None,
    categories: Sequence[Category | None],
    now: datetime,
) -> ProductPlan:
    """This function will compare a record with the product of its slug, if there is one.

    `categories` are those at the ends of the record's paths, `None` where there is none yet.
    What the file has no column for is left as it is. Categories are joined and never left, and
    variants and pictures that the file does not name stay: staff may have added them.
    """
    product = known.product if known else None
    matches = dict(_matches(record.variants, known.variants if known else ()))
    images = tuple(_new_images(record.images, known))
    details = _product_details(record, product, now=now)
    details["metadata"] = _with_picture_files(details["metadata"], images)
    return ProductPlan(
        record=record,
        known=known,
        details=_unless_same(product, details, product_columns),
        joins=tuple(
            path
            for path, category in zip(record.category_paths, categories, strict=True)
            if known is None or category not in known.categories
        ),
        new_variants=tuple(one for one in record.variants if one.sku not in matches),
        variant_changes=tuple(_variant_changes(record.variants, matches)),
        new_images=images,
    )


def variant_details(record: VariantRecord) -> Details:
    """This function will return everything that a new variant is given."""
    placed = {} if record.position is None else {"position": record.position}
    titled = {"title": record.title} if record.title else {}
    return {
        "sku": record.sku,
        "option_values": list(record.option_values),
        "price": record.price,
        "compare_at": record.compare_at,
        "barcode": record.barcode,
        "weight_grams": record.weight_grams,
        "metadata": record.metadata,
        **placed,
        **titled,
    }


def _product_details(record: ProductRecord, product: Product | None, *, now: datetime) -> Details:
    published_at = record.published_at or (product and product.published_at) or now
    details: Details = {
        "title": record.title,
        "description": record.description,
        "vendor": record.vendor,
        "product_type": record.product_type,
        "tags": list(record.tags),
        "options": list(record.options),
        "is_featured": record.is_featured,
        "published_at": published_at if record.is_published else None,
        "metadata": record.metadata,
    }
    return details if product is None else _said(details, record.said, product.metadata)


def _variant_changes(
    records: Iterable[VariantRecord], matches: Mapping[str, Variant]
) -> Iterator[tuple[Variant, Details]]:
    for record in records:
        if variant := matches.get(record.sku):
            details = _said(variant_details(record), record.said, variant.metadata)
            if different := _unless_same(variant, details, variant_columns):
                yield variant, different


def _said(details: Details, said: frozenset[str], metadata: Details) -> Details:
    """What the file speaks of; of metadata, only the entries that it has."""
    kept = {name: value for name, value in details.items() if name in said}
    merged = dict(metadata)
    for name, part in details["metadata"].items():
        known = metadata.get(name)
        merged[name] = known | part if isinstance(known, dict) else part
    return kept | {"metadata": merged}


def _unless_same(
    row: Model | None, details: Details, to_columns: Callable[..., Details]
) -> Details:
    same = row is not None and all(
        getattr(row, name) == value for name, value in to_columns(details).items()
    )
    return {} if same else details


def _matches(
    records: Iterable[VariantRecord], variants: Iterable[Variant]
) -> Iterator[tuple[str, Variant]]:
    """By SKU where the file gives one, so that options can be renamed; the others by options. The
    records' SKUs, for a line of JSON holds many."""
    by_sku = {variant.sku: variant for variant in variants}
    by_options = {tuple(variant.option_values): variant for variant in variants}
    unmatched = []
    for record in records:
        if "sku" in record.said and record.sku in by_sku:
            variant = by_sku[record.sku]
            by_options.pop(tuple(variant.option_values), None)
            yield record.sku, variant
        else:
            unmatched.append(record)
    for record in unmatched:
        if record.option_values in by_options:
            yield record.sku, by_options[record.option_values]


def _new_images(images: Iterable[ImageRecord], known: KnownProduct | None) -> Iterator[ImageRecord]:
    """A picture is added once; whether it stays, and what is said of it, is up to staff."""
    seen: set[str] = set()
    if known is not None:
        seen |= {*known.image_addresses, *known.product.metadata.get(PICTURE_FILES, [])}
    return (image for image in images if image.source not in seen)


def _with_picture_files(metadata: Details, images: Iterable[ImageRecord]) -> Details:
    files = [image.source for image in images if not image.is_address]
    return (
        metadata | {PICTURE_FILES: [*metadata.get(PICTURE_FILES, []), *files]}
        if files
        else metadata
    )
