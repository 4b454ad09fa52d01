"""What the readers of products have in common."""

import re
from collections.abc import Sequence
from functools import cache

from django.db.models import Model

from apps.catalog.models import Product
from apps.catalog.slugs import MAX_LENGTH, PATTERN
from apps.interchange.formats.cells import CellReader

_WEB = ("http://", "https://")
_SLUG = re.compile(PATTERN)


@cache
def most(model: type[Model], field: str) -> int:
    """This function will return how many characters a column holds."""
    return int(model._meta.get_field(field).max_length)  # type: ignore[union-attr,arg-type]


@cache
def most_within(model: type[Model], field: str) -> int:
    """This function will return how many characters a member of a list holds."""
    return int(model._meta.get_field(field).base_field.max_length)  # type: ignore[union-attr]


def is_picture(source: str) -> bool:
    """This function will tell a web address or a path from everything else."""
    return ":" not in source.partition("/")[0] or source.lower().startswith(_WEB)


def read_slug(first: CellReader) -> str:
    """This function will return what addresses call the product."""
    slug = first.text("slug", most=MAX_LENGTH)
    if not slug:
        first.refuse("slug", "is missing")
    elif not _SLUG.match(slug):
        first.refuse("slug", "has more than letters, digits, - and _")
    return slug


def read_title(rows: Sequence[CellReader]) -> str:
    """This function will return the title that the first row gives and no other contradicts."""
    first = rows[0]
    title = first.text("title", most=most(Product, "title"))
    if not title:
        first.refuse("title", "is missing in the first row of the product")
    for row in rows[1:]:
        if row.has("title") and row.text("title") != title:
            row.refuse("title", "is another than in the first row of the product")
    return title
