"""`manage.py seed_catalog --products 100000`"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.interchange import services
from apps.interchange.errors import NotADemoShop
from apps.interchange.management.collector import calm_collector
from apps.interchange.management.find_store import find_store
from apps.interchange.management.watch import Watch

_MOST = 5_000_000


class Command(BaseCommand):
    help = (
        "Fills a store that has no products of its own with made-up ones, for measuring: the same "
        "number and seed give the same goods."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, default=100_000, help="default: %(default)s")
        parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")

    def handle(self, *args: Any, products: int, seed: int, **options: Any) -> None:
        if not 1 <= products <= _MOST:
            raise CommandError(f"--products takes a number from 1 to {_MOST:,}.")
        began = time.monotonic()
        store = find_store(options["store"])
        watch = Watch(out=self.stdout, err=self.stderr, tell=set(), noun="products")
        try:
            with watch, calm_collector():
                report = services.seed_catalog(
                    store=store,
                    count=products,
                    seed=seed,
                    by=None,
                    now=timezone.now(),
                    observe=watch,
                )
        except NotADemoShop as error:
            raise CommandError(error.detail) from error
        self.stdout.write(f"{report} in {time.monotonic() - began:.0f} s")
