"""WooCommerce's product CSV: one row for each product, and one for each variation of a variable
product, which names its parent by SKU or as `id:123` and may stand anywhere in the file.

So the rows are put aside on the disk first, and each product is read with its variations then.
"""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.text import slugify

from apps.catalog.slugs import MAX_LENGTH, RESERVED
from apps.interchange.formats.grouping import MOST_ROWS, Seen
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import Fault, ProductRecord, RefusedRecord
from apps.interchange.formats.spool import RowSpool
from apps.interchange.formats.table import Row, read_rows
from apps.interchange.formats.woocommerce_product import COLUMNS, WooProductReader

REQUIRED = ("type", "title", "price")
_ROOM = MAX_LENGTH - 24


def read_products(lines: BoundedLines, *, currency: str) -> Iterator[ProductRecord | RefusedRecord]:
    """This function will yield the products of a WooCommerce export, those that cannot be read too.

    Amounts are in `currency`: the file does not say. Memory holds one product, and where the rows
    of the others are.

    Raises:
        UnusableFile: it is not such an export.
    """
    rows = read_rows(lines, columns=COLUMNS, required=REQUIRED)
    first = next(rows, None)
    if first is None:
        return
    with RowSpool(headers=first.headers) as spool:
        families = _Families(spool)
        families.add(first)
        for row in rows:
            families.add(row)
        seen, slugs = Seen(slugs_are="name"), _Slugs()
        for group in families:
            yield _read(group, slug=slugs.of(group[0]), currency=currency, seen=seen)


def _read(
    group: list[Row], *, slug: str, currency: str, seen: Seen
) -> ProductRecord | RefusedRecord:
    head = group[0]
    if head.cells.get("type", "").casefold().startswith("variation"):
        parent = head.cells.get("parent", "")
        reason = "is a variation of a product that the file has not"
        fault = Fault(line=head.line, column="Parent", value=parent[:60], reason=reason)
        raw = tuple(row.raw for row in group)
        faults = (*head.faults, fault)
        return RefusedRecord(line=head.line, key=slug, faults=faults, rows=raw)
    record = WooProductReader(group, slug=slug, currency=currency).read()
    return seen.judged(record, rows=group)


class _Families:
    """Where the rows of each product are. Variations without a parent come by themselves."""

    def __init__(self, spool: RowSpool) -> None:
        self._spool = spool
        self._heads: list[tuple[int, str, str]] = []
        self._below: dict[str, list[int]] = defaultdict(list)

    def add(self, row: Row) -> None:
        """This function will put a row aside."""
        place = self._spool.put(row)
        cells = row.cells
        if cells.get("type", "").casefold().startswith("variation"):
            self._below[cells.get("parent", "").casefold()].append(place)
        else:
            own = f"id:{cells['id']}" if cells.get("id") else ""
            self._heads.append((place, own, cells.get("sku", "").casefold()))

    def __iter__(self) -> Iterator[list[Row]]:
        for place, *names in self._heads:
            below = [at for name in names if name for at in self._below.pop(name, ())]
            yield [self._spool.get(at) for at in [place, *sorted(below)[:MOST_ROWS]]]
        for at in sorted(at for places in self._below.values() for at in places):
            yield [self._spool.get(at)]


class _Slugs:
    """The export has no slugs: a product is called by its name, and the second of that name by its
    number, too."""

    def __init__(self) -> None:
        self._taken: set[int] = set()

    def of(self, row: Row) -> str:
        """This function will return the slug of a product, the same at every import."""
        own = row.cells.get("id") or row.cells.get("sku") or str(row.line)
        number = slugify(own)[:20] or str(row.line)
        plain = slugify(row.cells.get("title", ""))[:_ROOM].strip("-")
        slug = plain if plain and plain not in RESERVED else f"{plain or 'product'}-{number}"
        if hash(slug) in self._taken:
            slug = f"{plain or 'product'}-{number}"
        self._taken.add(hash(slug))
        return slug
