from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.backoffice import services
from apps.backoffice.services import Rotated
from apps.core.encryption import Undecipherable, current_key_id


class Command(BaseCommand):
    help = (
        "Encrypt anew what is not under the first key of FIELD_ENCRYPTION_KEYS. Safe under "
        "traffic, and to be stopped and started again. Exit status 1 while something is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"The first key is {current_key_id()}.")
        if options["dry_run"]:
            for table in services.count_rows_to_rotate():
                self._tell(table)
            return
        try:
            outcome = services.rotate_encryption_keys(tell=self._tell)
        except Undecipherable as error:
            raise CommandError(f"{error} Put it back into the ring, and start again.") from error
        left = sum(table.left for table in outcome)
        if left:
            raise CommandError(f"{left} rows were locked all the time. Start again.")
        self.stdout.write(f"{sum(table.done for table in outcome)} rows were encrypted anew.")

    def _tell(self, table: Rotated) -> None:
        self.stdout.write(f"{table.table:32} {table.done:8} done {table.left:8} to do")
