"""SKUs for variants whose file gives them none."""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2s

from django.utils.text import slugify

_MOST = 64
_NO_WORD = re.compile(r"[\W_]+")


def derive_skus(slug: str, combinations: Sequence[tuple[str, ...]]) -> list[str]:
    """This function will return one SKU for each combination of option values of a product.

    The same product and values give the same SKU at every import, whatever the order of the rows:
    `classic-shirt` in `Small` is `CLASSIC-SHIRT_SMALL`. `_` joins the parts because no part holds
    one. Where the readable form would be too long, or would not tell two variants apart, a digest
    of the exact values follows it.
    """
    readable = [_readable(slug, values) for values in combinations]
    times = Counter(readable)

    def is_plain(sku: str) -> bool:
        return times[sku] == 1 and len(sku) <= _MOST and "_" not in slug

    return [
        sku if is_plain(sku) else _exact(sku, slug, values)
        for sku, values in zip(readable, combinations, strict=True)
    ]


def _readable(slug: str, values: tuple[str, ...]) -> str:
    parts = [slug, *(slugify(_NO_WORD.sub(" ", value)) for value in values)]
    return "_".join(part for part in parts if part).upper()


def _exact(sku: str, slug: str, values: tuple[str, ...]) -> str:
    digest = blake2s("\x1f".join([slug, *values]).encode(), digest_size=5).hexdigest().upper()
    return f"{sku[: _MOST - len(digest) - 1]}_{digest}"
