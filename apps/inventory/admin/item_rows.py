"""What stands below the numbers of a stock row: the last of its movements, and who holds some."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone

from apps.inventory.admin.references import mark_causes
from apps.inventory.models import StockItem

MOST = 20


def rows_of(item: StockItem, request: HttpRequest) -> dict[str, Any]:
    """This function will read the newest movements and active reservations of a row, however many
    there are."""
    movements = list(item.movements.order_by("-public_id")[:MOST])
    held = list(item.reservations.active().order_by("expires_at", "pk")[:MOST])
    mark_causes(request, [*movements, *held])
    return {
        "movements": {
            "headers": ["When", "What", "Quantity", "On hand then", "For", "By", "Note"],
            "rows": [
                [
                    _moment(row.created_at),
                    row.get_kind_display(),
                    f"{row.quantity:+d}",
                    row.on_hand_after,
                    row.cause,
                    row.actor,
                    row.note,
                ]
                for row in movements
            ],
        },
        "held": {
            "headers": ["Since", "Quantity", "Held until", "For"],
            "rows": [
                [_moment(row.created_at), row.quantity, _moment(row.expires_at), row.cause]
                for row in held
            ],
        },
        "all_movements": _list("stockmovement", item),
        "all_reservations": _list("reservation", item),
    }


def _list(name: str, item: StockItem) -> str:
    narrowed = urlencode({"q": item.variant.sku, "warehouse": item.warehouse.code})
    return f"{reverse(f'admin:inventory_{name}_changelist')}?{narrowed}"


def _moment(moment: Any) -> str:
    return date(timezone.localtime(moment), "DATETIME_FORMAT")
