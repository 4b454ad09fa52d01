from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.audit import services


class Command(BaseCommand):
    help = (
        "Let recording go on from where the record ends now, after a restore. See docs/runbook.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", required=True, help="why; it goes on record")

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will accept the end that the chain has now."""
        head = services.resume_recording(reason=options["reason"])
        self.stdout.write(f"The record goes on after {head.sequence}.")
