"""What the lists and documents of a product may hold."""

import json
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible

MAX_TAGS = 100
MAX_TAG_LENGTH = 100
MAX_METADATA_BYTES = 32_768

# They make a text read otherwise than it is written.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\n\u2028\u2029")


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


@deconstructible
class PlainTextValidator:
    """Refuses control characters, what turns the direction of writing, and too many lines or
    characters. Markup is no matter here: the text is shown as it was typed."""

    def __init__(self, *, most: int | None = None, lines: int | None = None) -> None:
        self.most, self.lines = most, lines

    def __call__(self, value: str) -> None:
        breaks = sum(one in _BREAKS for one in value)
        if self.lines is not None and breaks >= self.lines:
            raise ValidationError("This is one line of text.", code="invalid")
        if self.most is not None and len(value) > self.most:
            raise ValidationError(f"At most {self.most} characters.", code="max_length")
        for one in value:
            if one in TURNING or (unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t"):
                raise ValidationError("Control characters are no text.", code="invalid")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PlainTextValidator) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.most, self.lines))
