"""`manage.py seed_demo`"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.interchange import services
from apps.interchange.demo.people import PASSWORD, SHOPPER_EMAIL, STAFF_EMAIL
from apps.interchange.errors import NotADemoShop
from apps.payments.errors import UnknownGateway
from apps.payments.gateways import find_gateway
from apps.stores.models import Store


class Command(BaseCommand):
    help = (
        "Fills the default store with a demo shop: goods, people, and six weeks of orders. Again: "
        "adds what is missing. The passwords are known to everybody."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        _require_pretended_money()
        began = time.monotonic()

        def tell(line: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:5.1f} s  {line}")

        try:
            services.seed_demo(store=Store.objects.default(), now=timezone.now(), tell=tell)
        except NotADemoShop as error:
            raise CommandError(f"{error.detail} `make up` starts it as it is.") from error
        tell(f"ready: log in as {STAFF_EMAIL} or {SHOPPER_EMAIL}, password {PASSWORD}")


def _require_pretended_money() -> None:
    try:
        find_gateway("simulated")
    except UnknownGateway as error:
        raise CommandError(
            "The demo's orders are paid with pretended money, which this installation does not "
            "take, and everybody knows its passwords. If this is to be a demonstration, set "
            "ALLOW_SIMULATED_PAYMENTS=true."
        ) from error
