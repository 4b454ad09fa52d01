from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from apps.catalog import services as catalog
from apps.catalog.models import Product
from apps.stores.models import Store


class Command(BaseCommand):
    help = "Compute what lists and search look at anew, from the products. Safe under traffic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", metavar="SLUG", help="only this one; else all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        stores = Store.objects.order_by("pk")
        if options["store"]:
            stores = stores.filter(slug=options["store"])
            if not stores:
                raise CommandError(f"There is no store {options['store']}.")
        for store in stores:
            total = Product.objects.for_store(store).count()
            with tqdm(total=total, desc=store.slug, unit="products", file=self.stderr) as bar:
                for done in catalog.rebuild_listings(store=store):
                    bar.update(done)
            self.stdout.write(f"{store.slug}: {total} products.")
