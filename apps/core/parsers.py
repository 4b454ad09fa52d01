"""JSON that the rest of the program can rely on."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import QueryDict
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class BodyTooLarge(APIException):
    """The request's body is above `API_MAX_BODY_BYTES`."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The request body is too large."
    default_code = "body_too_large"


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of bounded size and depth, without NUL, lone surrogates or infinite numbers.

    PostgreSQL can store neither NUL nor surrogates, and deep nesting exhausts the stack: what
    would be a 500 later is a 400 (or 413) here.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return parse_json(_bounded(stream))


class BoundedFormParser(BaseParser):
    """A URL-encoded form of bounded size; what its fields may hold is the serializer's business."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> QueryDict:
        return QueryDict(_bounded(stream), encoding="utf-8")


def _bounded(stream: IO[bytes]) -> bytes:
    body = stream.read(settings.API_MAX_BODY_BYTES + 1)
    if len(body) > settings.API_MAX_BODY_BYTES:
        raise BodyTooLarge
    return body


def parse_json(body: bytes) -> Any:
    """This function will return the value of a JSON document.

    Raises:
        ParseError: it is not UTF-8, not JSON, too deep, or holds what cannot be stored.
    """
    try:
        text = body.decode("utf-8")
        _require_shallow(text)
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short,
            object_pairs_hook=_members,
        )
        _require_storable(value)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"Malformed JSON: {error}") from error
    return value


def _require_shallow(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > settings.API_MAX_JSON_DEPTH:
            raise ValueError(f"nested deeper than {settings.API_MAX_JSON_DEPTH} levels")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Which of two members of one name counts would be a matter of who reads it."""
    if len(pairs) > settings.API_MAX_JSON_MEMBERS:
        raise ValueError(f"more than {settings.API_MAX_JSON_MEMBERS} members in one object")
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is there twice")
    return members


def _short(text: str) -> int:
    if len(text) > settings.API_MAX_DIGITS:
        raise ValueError("a number is too long")
    return int(text)


def _finite(text: str) -> float:
    if len(text) > settings.API_MAX_DIGITS:
        raise ValueError("a number is too long")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is out of range")
    return value


def _require_storable(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("a NUL character cannot be stored")
        value.encode("utf-8")  # a lone surrogate raises UnicodeEncodeError, a ValueError
    elif isinstance(value, dict):
        for key, member in value.items():
            _require_storable(key)
            _require_storable(member)
    elif isinstance(value, list):
        for member in value:
            _require_storable(member)
