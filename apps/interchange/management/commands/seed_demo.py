"""`manage.py seed_demo`"""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.interchange import services
from apps.interchange.demo.people import PASSWORD, SHOPPER_EMAIL, STAFF_EMAIL
from apps.interchange.errors import NotADemoShop
from apps.stores.models import Store


class Command(BaseCommand):
    help = (
        "Fills the default store with a demo shop: goods, people, and six weeks of orders. Again: "
        "adds what is missing. The passwords are known to everybody."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--allow-production",
            action="store_true",
            help="do it with production settings too, known passwords and all",
        )

    def handle(self, *args: Any, allow_production: bool, **options: Any) -> None:
        if settings.SETTINGS_MODULE.endswith(".production") and not allow_production:
            raise CommandError(
                "These are production settings, and everybody knows the demo's passwords. "
                "Say --allow-production if this is to be a demo."
            )
        began = time.monotonic()

        def tell(line: str) -> None:
            self.stdout.write(f"{time.monotonic() - began:5.1f} s  {line}")

        try:
            services.seed_demo(store=Store.objects.default(), now=timezone.now(), tell=tell)
        except NotADemoShop as error:
            raise CommandError(f"{error.detail} `make up` starts it as it is.") from error
        tell(f"ready: log in as {STAFF_EMAIL} or {SHOPPER_EMAIL}, password {PASSWORD}")
