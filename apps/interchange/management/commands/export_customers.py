"""`manage.py export_customers FILE --since 30d`"""

from argparse import ArgumentParser
from typing import Any

from apps.core.moments import moment
from apps.interchange.exporting import Kind, Wanted, Writing
from apps.interchange.management.export_command import ExportCommand


class Command(ExportCommand):
    help = "Exports the customers of a store. Members of staff are none, nor is who was forgotten."
    kind = Kind.CUSTOMERS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--since", type=moment, help="customers from then on: 2026-11-20, 2026-11-20T18:30, 30d"
        )

    def wanted(self, options: dict[str, Any]) -> Wanted:
        return Wanted(kind=self.kind, writing=Writing(options["writing"]), since=options["since"])
