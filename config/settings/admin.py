"""How the staff site looks: named after the store, ordered by job."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "apps.backoffice.navigation.store_name",
    "SITE_HEADER": "apps.backoffice.navigation.store_name",
    "SITE_SUBHEADER": "Tradepost",
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("admin-desk/favicon.svg"),
        },
    ],
    "SITE_URL": None,
    "STYLES": [lambda request: static("admin-desk/desk.css")],
    "SCRIPTS": [lambda request: static("admin-desk/desk.js")],
    "LOGIN": {"form": "apps.accounts.login_form.LoginForm"},
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
            {"title": "Second factor", "link": reverse_lazy("admin:second-factor")},
        ],
    },
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "oklch(98% .014 180)",
            "100": "oklch(95% .05 181)",
            "200": "oklch(91% .09 181)",
            "300": "oklch(85% .13 182)",
            "400": "oklch(77% .14 183)",
            "500": "oklch(70% .13 183)",
            "600": "oklch(52% .10 184)",
            "700": "oklch(48% .09 185)",
            "800": "oklch(43% .07 187)",
            "900": "oklch(38% .06 188)",
            "950": "oklch(27% .05 189)",
        },
    },
    "DASHBOARD_CALLBACK": "apps.backoffice.dashboard_page.context",
    # The browser keeps no history of it: what staff look for is addresses of people.
    "COMMAND": {
        "search_callback": "apps.backoffice.palette.results_for",
        "search_models": False,
        "show_history": False,
    },
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "apps.backoffice.navigation.menu",
    },
}
