"""What callers may say about rows of the catalogue, and how it gets into them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db.models import Model

from apps.catalog.descriptions import sanitised
from apps.catalog.errors import InvalidDetails
from apps.catalog.ratings import points_of
from apps.core.money import Money


class NewCategory(TypedDict, total=False):
    """`parent` is a slug or public id, `None` for a category at the top."""

    slug: str
    parent: str | None
    position: int


class CategoryChanges(NewCategory, total=False):
    name: str


class NewProduct(TypedDict, total=False):
    """`categories` are slugs or public ids; `published_at` is when the public sees it."""

    slug: str
    description: str
    vendor: str
    product_type: str
    tags: Sequence[str]
    options: Sequence[str]
    categories: Sequence[str]
    is_featured: bool
    published_at: datetime | None
    metadata: dict[str, Any]


class ProductChanges(NewProduct, total=False):
    title: str


class NewVariant(TypedDict, total=False):
    """Without `position` a variant comes last, without `title` it is called by its options."""

    title: str
    compare_at: Money | None
    option_values: Sequence[str]
    barcode: str
    weight_grams: int | None
    position: int
    metadata: dict[str, Any]


class VariantChanges(NewVariant, total=False):
    sku: str
    price: Money


class ImageChanges(TypedDict, total=False):
    """Without `position` a picture comes last."""

    alt: str
    position: int


class NewReview(TypedDict, total=False):
    """`show_name` tells the public a first name and an initial; else nothing of the author."""

    title: str
    body: str
    show_name: bool


class ReviewChanges(NewReview, total=False):
    rating: Decimal


def review_columns(details: ReviewChanges) -> dict[str, Any]:
    """This function will return column values: half points, and one kind of line break.

    Raises:
        InvalidDetails: there is no such rating.
    """
    columns: dict[str, Any] = dict(details)
    if "rating" in details:
        try:
            columns["points"] = points_of(columns.pop("rating"))
        except ValueError as error:
            fault = {"field": "rating", "code": "invalid", "detail": str(error)}
            raise InvalidDetails(errors=[fault]) from error
    if "body" in columns:
        columns["body"] = columns["body"].replace("\r\n", "\n").replace("\r", "\n")
    return columns


def product_columns(details: ProductChanges | NewProduct) -> dict[str, Any]:
    """This function will return column values: harmless HTML, each tag once, trimmed names."""
    columns: dict[str, Any] = {k: v for k, v in details.items() if k != "categories"}
    if "description" in columns:
        columns["description"] = sanitised(columns["description"])
    if "tags" in columns:
        stripped = (tag.strip() for tag in columns["tags"])
        columns["tags"] = list(dict.fromkeys(tag for tag in stripped if tag))
    if "options" in columns:
        columns["options"] = [name.strip() for name in columns["options"]]
    return columns


def variant_columns(details: VariantChanges) -> dict[str, Any]:
    """This function will return column values: amounts instead of money."""
    columns: dict[str, Any] = dict(details)
    if "price" in details:
        columns["price_amount"] = columns.pop("price").amount
    if "compare_at" in details:
        compare_at = columns.pop("compare_at")
        columns["compare_at_amount"] = compare_at.amount if compare_at else None
    if "option_values" in details:
        columns["option_values"] = [value.strip() for value in columns["option_values"]]
    return columns


def change(row: Model, columns: Mapping[str, Any]) -> list[str]:
    """This function will set what differs on a row and return the names of it; nothing is saved.

    Raises:
        InvalidDetails: the row would not be valid.
    """
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        require_valid(row)
    return changed


def require_valid(row: Model) -> None:
    """This function will check a row against its fields' own rules, without asking the database.

    Raises:
        InvalidDetails: it breaks one; `errors` names the fields.
    """
    try:
        row.clean_fields(exclude=_not_given(type(row)))
        row.clean()
    except ValidationError as error:
        raise InvalidDetails(errors=list(_fields_of(error))) from error


@cache
def _not_given(model: type[Model]) -> frozenset[str]:
    """Relations, and what nobody can say: ids, times, sums."""
    fields = model._meta.concrete_fields
    return frozenset(field.name for field in fields if field.is_relation or not field.editable)


def _fields_of(error: ValidationError) -> list[dict[str, str]]:
    return [
        {
            "field": field.removesuffix("_amount"),
            "code": one.code or "invalid",
            "detail": " ".join(one.messages),
        }
        for field, errors in error.error_dict.items()
        for one in errors
    ]
