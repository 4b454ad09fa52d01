"""From rows to the text of a file."""

import json
from collections.abc import Iterator

from django.core.serializers.json import DjangoJSONEncoder

from apps.interchange.exporting import Outlet, Piece, Reader
from apps.interchange.formats.csv_text import csv_text


def generate_export(*, outlet: Outlet, read: Reader) -> Iterator[Piece]:
    """This function will yield the text of an export, a piece for each batch that `read` gives.

    `in_batches` reads with no transaction open, `from_cursor` within that of `one_moment`.
    """
    if outlet.header:
        yield Piece(csv_text([outlet.header]), 0)
    for batch in read(outlet.things, key=outlet.key, size=outlet.size):
        lines = outlet.lines(batch)
        text = csv_text(lines) if outlet.header else "".join(map(_json_line, lines))
        yield Piece(text, len(batch))


def _json_line(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, cls=DjangoJSONEncoder) + "\n"
