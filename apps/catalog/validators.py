"""What the lists and documents of a product may hold."""

import json
from typing import Any

from django.core.exceptions import ValidationError

MAX_TAGS = 100
MAX_TAG_LENGTH = 100
MAX_METADATA_BYTES = 32_768


def validate_tags(value: Any) -> None:
    """This function will refuse what is not a list of a hundred short words at most."""
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise ValidationError("Expected a list of strings.", code="invalid")
    if len(value) > MAX_TAGS:
        raise ValidationError(f"At most {MAX_TAGS} tags.", code="max_length")
    if any(not 0 < len(tag) <= MAX_TAG_LENGTH for tag in value):
        raise ValidationError(f"A tag has 1 to {MAX_TAG_LENGTH} characters.", code="max_length")


def validate_option_names(value: list[str]) -> None:
    """This function will refuse option names that read alike."""
    if len({name.casefold() for name in value}) < len(value):
        raise ValidationError("Every option needs a name of its own.", code="unique")


def validate_metadata(value: Any) -> None:
    """This function will refuse what is not a JSON object of 32 KiB at most."""
    if not isinstance(value, dict):
        raise ValidationError("Expected an object.", code="invalid")
    if len(json.dumps(value).encode()) > MAX_METADATA_BYTES:
        raise ValidationError(f"At most {MAX_METADATA_BYTES} bytes.", code="max_length")
