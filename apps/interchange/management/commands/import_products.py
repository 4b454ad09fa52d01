"""`manage.py import_products FILE --format shopify`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone

from apps.interchange import services
from apps.interchange.errors import UnusableFile
from apps.interchange.formats import PRODUCT_FORMATS
from apps.interchange.formats.lines import DEFAULT_ENCODING, open_lines
from apps.interchange.formats.record import Records
from apps.interchange.pictures import pictures_beside
from apps.interchange.report import ImportReport, Outcome, Result
from apps.stores.models import Store

SOME_REFUSED = 1
UNUSABLE = 2


class Watch:
    """Tells of an import while it runs: a counter on a terminal, refusals, and what was asked."""

    def __init__(self, *, out: OutputWrapper, err: OutputWrapper, tell: set[Result]) -> None:
        self.report = ImportReport()
        self._out, self._err, self._tell = out, err, tell

    def __call__(self, outcome: Outcome) -> None:
        self.report.add(outcome)
        self.clear()
        for fault in outcome.faults:
            self._err.write(f"refused {outcome.slug or 'a row'}: {fault}")
        if outcome.result in self._tell:
            self._out.write(f"{outcome.result} {outcome.slug}")
        if self._err.isatty():
            self._err.write(f"{self.report.counts.total():,} products", ending="\r")

    def clear(self) -> None:
        """This function will take the counter away, so that another line can be written."""
        if self._err.isatty():
            self._err.write("\x1b[2K", ending="\r")


class Command(BaseCommand):
    help = (
        "Imports products from another shop's file. Importing a file again changes nothing. "
        "Exit status: 0 all is well, 1 some products were refused, 2 the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="its path, plain or gzip; - for standard input")
        parser.add_argument("--format", required=True, choices=PRODUCT_FORMATS)
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")
        parser.add_argument("--encoding", default=DEFAULT_ENCODING, help="default: %(default)s")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be done, and do nothing"
        )

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        store = _find_store(options["store"])
        told = {Result.CREATED, Result.CHANGED}
        quiet = options["verbosity"] < 2 and not options["dry_run"]
        watch = Watch(out=self.stdout, err=self.stderr, tell=set() if quiet else told)
        try:
            with open_lines(file, encoding=options["encoding"]) as lines:
                records = PRODUCT_FORMATS[options["format"]](lines, currency=store.currency)
                if options["dry_run"]:
                    services.plan_import(
                        store=store, records=records, now=timezone.now(), observe=watch
                    )
                else:
                    _import(records, store=store, file=file, watch=watch)
        except UnusableFile as error:
            watch.clear()
            if watch.report.counts:
                self.stdout.write(f"Stopped. Until then: {watch.report}")
            raise CommandError(f"{file}: {error.detail}", returncode=UNUSABLE) from error
        watch.clear()
        self.stdout.write(f"{'Would be: ' if options['dry_run'] else ''}{watch.report}")
        if watch.report.refusals:
            raise CommandError("Some products were refused.", returncode=SOME_REFUSED)


def _find_store(slug: str | None) -> Store:
    if slug is None:
        return Store.objects.default()
    try:
        return Store.objects.get(slug=slug)
    except Store.DoesNotExist as error:
        raise CommandError(f"There is no store {slug}.", returncode=UNUSABLE) from error


def _import(records: Records, *, store: Store, file: str, watch: Watch) -> None:
    services.import_products(
        store=store,
        records=records,
        load_picture=pictures_beside(file),
        by=None,
        now=timezone.now(),
        observe=watch,
    )
