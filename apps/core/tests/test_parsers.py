import json

import pytest
from rest_framework.exceptions import ParseError

from apps.core.parsers import parse_json


def test_reads_plain_json():
    assert parse_json(b'{"a": [1, 2.5, "x", null, true]}') == {"a": [1, 2.5, "x", None, True]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'["\x00"]',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e999",
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"9" * 5000,
    ],
)
def test_refuses_what_cannot_be_read_or_stored(body):
    with pytest.raises(ParseError):
        parse_json(body)


def test_accepts_the_deepest_allowed_nesting():
    assert parse_json(b"[" * 32 + b"]" * 32)


def test_brackets_inside_strings_are_text():
    text = "[{" * 100 + '\\"' + "[" * 100
    assert parse_json(json.dumps([text]).encode()) == [text]
