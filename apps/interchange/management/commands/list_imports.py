"""`manage.py list_imports`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.interchange.management.find_store import find_store
from apps.interchange.models import ImportBatch


class Command(BaseCommand):
    help = "Lists the latest imports of a store, the newest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")
        parser.add_argument("--most", type=int, default=20, help="default: %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        store = find_store(options["store"])
        for batch in ImportBatch.objects.for_store(store).order_by("-public_id")[: options["most"]]:
            counts = ", ".join(f"{count} {result}" for result, count in batch.counts.items())
            self.stdout.write(
                f"{batch.public_id}  {batch.created_at:%Y-%m-%d %H:%M}  {batch.state:9} "
                f"{batch.kind} from {batch.file_name or 'a program'}: {counts}"
            )
