"""Slugs: how products and categories are named in addresses."""

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.text import slugify

MAX_LENGTH = 200
UUID_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
PATTERN = r"^[-a-zA-Z0-9_]+$"
# `products/featured` and `products/suggest` are routes of their own.
RESERVED = frozenset({"featured", "suggest"})


def validate_slug(value: str) -> None:
    """This function will refuse a slug that an address could not tell from something else."""
    if value in RESERVED or re.match(UUID_PATTERN, value, re.IGNORECASE):
        raise ValidationError("This slug is reserved for something else.", code="slug_reserved")


def slug_of(text: str, *, public_id: UUID) -> str:
    """This function will return the slug a title suggests; its public id when it suggests none."""
    slug = slugify(text)[:MAX_LENGTH].strip("-")
    if not slug or slug in RESERVED or re.match(UUID_PATTERN, slug):
        slug = f"{slug}-{public_id.hex[-12:]}".lstrip("-")[-MAX_LENGTH:]
    return slug
