"""A delivery that somebody uploads: a small file, and how it is to be read."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.core import signing

from apps.events.actors import Actor, actor_reference
from apps.interchange.errors import UnusableFile, UploadExpired
from apps.interchange.formats.lines import DEFAULT_ENCODING, bounded_lines
from apps.interchange.kinds import Importable, Kind
from apps.interchange.source import Source, source_of
from apps.stores.models import Store

MOST_BYTES = 256 * 1024
MOST_ROWS = 2_000
_GZIP = b"\x1f\x8b"


_SALT = "goods-delivery"
_VALID_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class GoodsDelivery:
    """`once` names it: under one name it is received once, however often it is sent."""

    content: bytes
    once: UUID
    file_name: str = ""
    encoding: str = DEFAULT_ENCODING
    warehouse: str = ""
    note: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """What its importer should know."""
        return {"warehouse": self.warehouse, "note": self.note}

    def sealed(self, *, store: Store, by: Actor) -> str:
        """This function will write the delivery into a page of somebody, who looks at it before it
        is received."""
        content = base64.b64encode(self.content).decode()
        told = asdict(self) | {"content": content, "once": self.once.hex}
        return signing.dumps(told, salt=_salt(store, by), compress=True)

    @classmethod
    def unsealed(cls, sealed: str, *, store: Store, by: Actor) -> "GoodsDelivery":
        """This function will read what was sealed for the same person within a day.

        Raises:
            UploadExpired: it was not.
        """
        try:
            told: Any = signing.loads(sealed, salt=_salt(store, by), max_age=_VALID_SECONDS)
        except signing.BadSignature as error:
            raise UploadExpired from error
        content = base64.b64decode(told.pop("content"))
        return cls(content=content, once=UUID(told.pop("once")), **told)

    @contextmanager
    def opened(self, *, kind: Kind, store: Store) -> Iterator[Source]:
        """This function will read it as far as it is asked for.

        Raises:
            UnusableFile: it is too large, packed, or not text of such rows.
        """
        if len(self.content) > MOST_BYTES:
            raise UnusableFile(f"It is larger than {MOST_BYTES // 1024} KB.")
        if self.content.startswith(_GZIP):
            raise UnusableFile("It is packed: upload what is in it.")
        lines = bounded_lines(io.BytesIO(self.content), encoding=self.encoding)
        whole = source_of(
            lines,
            store=store,
            read=kind.formats["native"],
            format_name="native",
            file_name=self.file_name,
        )
        yield Source(
            records=_bounded(whole.records),
            format_name=whole.format_name,
            file_name=whole.file_name,
            beginning=self.once.hex,
            digest=whole.digest,
        )


def _salt(store: Store, by: Actor) -> str:
    return f"{_SALT}:{store.public_id}:{actor_reference(by)}"


def _bounded(records: Any) -> Iterator[Importable]:
    rest = iter(records)
    yield from islice(rest, MOST_ROWS)
    if next(rest, None) is not None:
        raise UnusableFile(f"It has more than {MOST_ROWS:,} rows: divide it.")
