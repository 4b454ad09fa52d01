"""`manage.py revert_import ID`"""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.interchange import services
from apps.interchange.errors import ImportUnderWay
from apps.interchange.management.find_store import UNUSABLE
from apps.interchange.management.watch import progress_bar
from apps.interchange.models import ImportBatch, ImportRow
from apps.interchange.report import MOST_REFUSALS

SOME_REFUSED = 1


class Command(BaseCommand):
    help = (
        "Undoes an import: what it created is deleted, what it changed is as before. A row that "
        "was touched since is left and named. Exit status: 0 all is undone, 1 some rows were left, "
        "2 there is no such import."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import_id", metavar="ID", help="as list_imports shows it")

    def handle(self, *args: Any, import_id: str, **options: Any) -> None:
        batch = _find(import_id)
        bar = progress_bar(self.stderr, noun="rows", total=batch.rows.written().count())
        told = 0

        def observe(row: ImportRow) -> None:
            nonlocal told
            bar.update()
            if row.remark and told < MOST_REFUSALS:
                told += 1
                bar.clear()
                verb = "reverted" if row.reverted_at else "left"
                self.stderr.write(f"{verb} {row.key}, line {row.line}: {row.remark}")

        try:
            with bar:
                report = services.revert_import(
                    batch=batch, by=None, now=timezone.now(), observe=observe
                )
        except ImportUnderWay as error:
            raise CommandError(error.title, returncode=UNUSABLE) from error
        self.stdout.write(str(report))
        if report.refused:
            raise CommandError("Some rows were left as they are.", returncode=SOME_REFUSED)


def _find(import_id: str) -> ImportBatch:
    try:
        return ImportBatch.objects.select_related("store").get(public_id=import_id)
    except (ImportBatch.DoesNotExist, ValidationError) as error:
        raise CommandError(f"There is no import {import_id}.", returncode=UNUSABLE) from error
