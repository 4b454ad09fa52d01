"""The stock codes of Online Retail that are no goods, and what becomes of their lines.

POST, DOT, C2              carriage: the order's shipping
D                          a discount that was given later: money given back
AMAZONFEE, BANK CHARGES,   what the shop paid itself: an invoice of nothing else is refused
CRUK, S, B
M, PADS, gift_…            charged by hand, packing, vouchers: a line of a hidden product that
                           no shelf holds
five digits first, DCGS…   goods
"""

import re

_GOODS = re.compile(r"[0-9]{5}|DCGS", re.IGNORECASE)
_CARRIAGE = frozenset({"POST", "DOT", "C2"})
_COSTS = frozenset({"AMAZONFEE", "BANK CHARGES", "CRUK", "S", "B"})
DISCOUNT = "D"


def is_goods(code: str) -> bool:
    """This function will tell whether a code is of something that lies on a shelf."""
    return _GOODS.match(code) is not None


def is_carriage(code: str) -> bool:
    """This function will tell whether a code is of carriage."""
    return code.upper() in _CARRIAGE


def is_cost(code: str) -> bool:
    """This function will tell whether a code is of what the shop paid itself."""
    return code.upper() in _COSTS
