"""Values of ours as cells of a file, so that reading them gives the same values again."""

import json
from decimal import Decimal
from typing import Any

from apps.core.money import Money


def amount_of(money: Money) -> Decimal:
    """This function will return an amount with its currency's decimals, or with all it has where
    those would not do."""
    rounded = money.rounded().amount
    return rounded if rounded == money.amount else money.amount.normalize()


def json_text(value: Any) -> str:
    """This function will write a JSON value on one line, and nothing for nothing."""
    return json.dumps(value, ensure_ascii=False) if value else ""
