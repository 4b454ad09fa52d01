"""What the commands that import have in common; each names its kind."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.interchange import services
from apps.interchange.error_file import ErrorFile
from apps.interchange.errors import AnotherFile, ImportUnderWay, UnusableFile
from apps.interchange.formats.lines import DEFAULT_ENCODING, BoundedLines, open_lines
from apps.interchange.kinds import KINDS, Import, Kind
from apps.interchange.management.collector import calm_collector
from apps.interchange.management.find_store import UNUSABLE, find_store
from apps.interchange.management.watch import Watch
from apps.interchange.report import ImportReport, Result
from apps.interchange.source import source_of

SOME_REFUSED = 1


class ImportCommand(BaseCommand):
    """`kind` is the name of what is imported."""

    kind: str

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="its path, plain or gzip; - for standard input")
        parser.add_argument("--format", choices=self._kind.formats, **self._usual_format())
        parser.add_argument("--store", metavar="SLUG", help="default: the default store")
        parser.add_argument("--encoding", default=DEFAULT_ENCODING, help="default: %(default)s")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be done, and do nothing"
        )
        parser.add_argument(
            "--errors",
            metavar="FILE",
            help="where refused rows go, to be mended and imported again; default: "
            "beside the file, with .refused before its ending",
        )

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        store = find_store(options["store"])
        run = Import(store=store, by=None, now=timezone.now(), file=file, options=options)
        report = ImportReport()
        told = {Result.CREATED, Result.CHANGED}
        quiet = options["verbosity"] < 2 and not options["dry_run"]
        try:
            with (
                calm_collector(),
                open_lines(file, encoding=options["encoding"]) as lines,
                ErrorFile(_errors_path(file, options["errors"]), lines=lines) as errors,
                Watch(
                    out=self.stdout,
                    err=self.stderr,
                    tell=set() if quiet else told,
                    noun=self._kind.noun,
                ) as watch,
            ):
                self._import(run, lines, observers=[watch, errors], report=report)
        except UnusableFile as error:
            if report.counts:
                self.stdout.write(f"Stopped. Until then: {report}")
            raise CommandError(f"{file}: {error.detail}", returncode=UNUSABLE) from error
        except (AnotherFile, ImportUnderWay) as error:
            raise CommandError(f"{error.title}. {error.detail}", returncode=UNUSABLE) from error
        self._sum_up(report, errors=errors, dry_run=options["dry_run"])

    @property
    def _kind(self) -> Kind:
        return KINDS[self.kind]

    def _usual_format(self) -> dict[str, Any]:
        """Where there is one format only, nobody need name it."""
        names = list(self._kind.formats)
        return {"default": names[0]} if len(names) == 1 else {"required": True}

    def _import(
        self, run: Import, lines: BoundedLines, *, observers: list[Any], report: ImportReport
    ) -> None:
        def observe(outcome: Any) -> None:
            for one in observers:
                one(outcome)

        format_name = run.options["format"]
        source = source_of(
            lines,
            store=run.store,
            read=self._kind.formats[format_name],
            format_name=format_name,
            # Names of files are bytes; of those that are no UTF-8 the database knows the rest.
            file_name=Path(run.file).name.encode(errors="replace").decode(),
        )
        carry_out = services.plan_import if run.options["dry_run"] else services.run_import
        carry_out(kind=self._kind, run=run, source=source, observe=observe, report=report)

    def _sum_up(self, report: ImportReport, *, errors: ErrorFile, dry_run: bool) -> None:
        if report.behind:
            self.stdout.write(f"Went on behind record {report.behind:,}.")
        self.stdout.write(f"{'Would be: ' if dry_run else ''}{report}")
        if report.counts[Result.REFUSED]:
            where = f"The refused rows are in {errors.path}."
            raise CommandError(
                f"Some {self._kind.noun} were refused. {where}", returncode=SOME_REFUSED
            )


def _errors_path(file: str, wanted: str | None) -> Path:
    path = Path(wanted) if wanted is not None else _beside(file)
    if path.exists() and Path(file).exists() and path.samefile(file):
        raise CommandError(
            f"{path} is the file itself: refused rows would replace it.", returncode=UNUSABLE
        )
    if not os.access(path.parent, os.W_OK) or path.is_dir():
        raise CommandError(
            f"{path} cannot be written: say where refused rows go by --errors FILE.",
            returncode=UNUSABLE,
        )
    return path


def _beside(file: str) -> Path:
    if file == "-":
        return Path("standard-input.refused.csv")
    path = Path(file.removesuffix(".gz"))
    return path.with_suffix(f".refused{path.suffix or '.csv'}")
