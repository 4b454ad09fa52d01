"""What the commands that export have in common."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.interchange import services
from apps.interchange.errors import ExportNotWritten, ExportRefused
from apps.interchange.exporting import Kind, Wanted, Writing
from apps.interchange.management.find_store import UNUSABLE, find_store
from apps.interchange.management.watch import progress_bar

NOT_WRITTEN = 1


class ExportCommand(BaseCommand):
    """Writes everything of one kind to a file. A subclass says which, and what else can be asked.

    Exit status: 0 the file is there whole, 1 it could not be written, 2 it makes no sense.
    """

    kind: Kind

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="gzip where its name ends in .gz; - for standard output")
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")
        parser.add_argument(
            "--as",
            dest="writing",
            choices=[one.value for one in Writing],
            default=Writing.CSV.value,
            help="default: %(default)s",
        )

    def wanted(self, options: dict[str, Any]) -> Wanted:
        """This function will say what the command's options ask for."""
        return Wanted(kind=self.kind, writing=Writing(options["writing"]))

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        store = find_store(options["store"])
        try:
            wanted = self.wanted(options)
        except ExportRefused as refusal:
            raise CommandError(refusal.detail, returncode=UNUSABLE) from refusal
        with progress_bar(self.stderr, noun=self.kind.value) as bar:
            try:
                count = services.write_export(
                    store=store,
                    wanted=wanted,
                    file=file,
                    by=None,
                    begun=lambda total: bar.reset(total=total),
                    written=bar.update,
                )
            except ExportNotWritten as error:
                raise CommandError(error.detail, returncode=NOT_WRITTEN) from error
        self.stderr.write(f"{count:,} {self.kind.value} exported.", self.style.SUCCESS)
