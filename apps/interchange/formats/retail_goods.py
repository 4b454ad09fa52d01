"""What Online Retail calls its goods, and sells them for: nearly every line says otherwise.

The title is the description that most lines with a price have; where none has a price, that of most
lines at all: remarks such as "damaged" or "?" stand in lines without a price. Of those that are as
frequent the longest is taken. The price is the one that most sales have, the later of two.
"""

from collections import Counter, defaultdict
from decimal import Decimal

from apps.interchange.formats.past_record import GoodsRecord
from apps.interchange.formats.retail_codes import is_goods

_MOST_WORDINGS = 50  # of one code; a file that has more is remembered in part
_MOST_TITLE = 255
_REMARKS = frozenset({"", "?", "??", "???"})


class GoodsBook:
    """Counts what lines say of each code. It grows with the number of codes, not of lines."""

    def __init__(self) -> None:
        self._priced: dict[str, Counter[str]] = defaultdict(Counter)
        self._unpriced: dict[str, Counter[str]] = defaultdict(Counter)
        self._prices: dict[str, dict[str, list[int]]] = defaultdict(dict)
        self._known: dict[str, GoodsRecord] = {}

    def note(self, *, line: int, sku: str, title: str, quantity: int, price: Decimal) -> None:
        """This function will count one line."""
        titles = (self._priced if price > 0 else self._unpriced)[sku]
        if title in titles or len(titles) < _MOST_WORDINGS:
            titles[title] += 1
        if quantity > 0 and price > 0:
            prices = self._prices[sku]
            text = str(price)
            if text in prices or len(prices) < _MOST_WORDINGS:
                seen = prices.setdefault(text, [0, 0])
                seen[:] = [seen[0] + 1, line]

    def goods(self, sku: str) -> GoodsRecord:
        """This function will say what the whole file makes of a code."""
        known = self._known.get(sku)
        if known is None:
            known = self._known[sku] = GoodsRecord(
                sku=sku, title=self._title(sku), price=self._price(sku), is_goods=is_goods(sku)
            )
        return known

    def _title(self, sku: str) -> str:
        for titles in (self._priced.get(sku), self._unpriced.get(sku)):
            counted = {one: n for one, n in (titles or {}).items() if one not in _REMARKS}
            if counted:
                return max(counted, key=lambda one: (counted[one], len(one), one))[:_MOST_TITLE]
        return sku

    def _price(self, sku: str) -> Decimal:
        prices = self._prices.get(sku)
        return Decimal(max(prices, key=lambda one: prices[one])) if prices else Decimal(0)
