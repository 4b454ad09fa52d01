import time
from argparse import ArgumentParser
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit import services
from apps.audit.models import AuditHead, AuditRecord

_SHOWN = 20


class Command(BaseCommand):
    help = "Find any edit, deletion, reorder or insertion in the record. Exit status 1 when found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=int, default=1, help="begin with this sequence number"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will name what is wrong, the first of it first."""
        began = time.monotonic()
        breaks = services.verify_audit(first=max(options["first"], 1))
        shown = list(islice(breaks, _SHOWN))
        for one in shown:
            where = " ".join(
                f"{name} {value}"
                for name, value in (("record", one.sequence), ("event", one.event))
                if value is not None
            )
            self.stdout.write(self.style.ERROR(f"{one.kind}: {where} {one.detail}".strip()))
        if shown:
            more = sum(1 for _ in breaks)
            raise CommandError(f"The record is not whole: {len(shown) + more} findings.")
        count = AuditRecord.objects.filter(sequence__gte=options["first"]).count()
        self.stdout.write(
            f"{count} records are whole, in {time.monotonic() - began:.1f} s. "
            f"The end: {AuditHead.current()}"
        )
