"""The first page of the staff site."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.scopes import Scope
from apps.backoffice import queries
from apps.backoffice.blocks import Selling
from apps.backoffice.dashboard import read_dashboard
from apps.backoffice.sales import Sales
from apps.core.access import holds
from apps.core.money import Money
from apps.stores.models import Store


def context(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """This function will add to the page what the shop's numbers are."""
    store: Store = request.store  # type: ignore[attr-defined]
    dashboard = read_dashboard(store=store, caller=request.user, now=timezone.now())
    return given | {
        "title": "Dashboard",
        "store": store,
        "dashboard": dashboard,
        "chart": dashboard.selling and _chart(dashboard.selling, store),
        "days": dashboard.selling and _days(dashboard.selling, store),
        "most_sales": queries.MOST_SALES,
        "most_looked_into": queries.MOST_LOOKED_INTO,
        "reads_catalog": holds(request.user, Scope.READ_CATALOG),
        "reads_stock": holds(request.user, Scope.READ_STOCK),
    }


def _earned(day: Sales, selling: Selling) -> Money:
    return day.revenue if selling.knows_refunds else day.gross


def _days(selling: Selling, store: Store) -> list[dict[str, Any]]:
    """The chart in words, the latest day first."""
    return [
        {"date": store.day_of(day.span.since), "earned": _earned(day, selling), "sales": day}
        for day in reversed(selling.days)
    ]


def _chart(selling: Selling, store: Store) -> str:
    """What the theme's script draws, with Chart.js: it reads the drawing's own attribute, so that
    no script stands in the page."""
    return json.dumps(
        {
            "labels": [f"{store.day_of(day.span.since):%d %b}" for day in selling.days],
            "datasets": [
                {
                    "label": store.currency,
                    "data": [_earned(day, selling).as_json()["amount"] for day in selling.days],
                    "backgroundColor": "var(--color-primary-600)",
                    "displayYAxis": True,
                    "maxTicksXLimit": 10,
                    "maxBarThickness": 16,
                }
            ],
        }
    )
