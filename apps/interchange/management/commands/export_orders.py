"""`manage.py export_orders FILE --since 2026-01-01 --state paid`"""

from argparse import ArgumentParser
from typing import Any

from apps.core.moments import moment
from apps.interchange.exporting import Kind, Wanted, Writing
from apps.interchange.management.export_command import ExportCommand
from apps.orders.transitions import OrderState


class Command(ExportCommand):
    help = "Exports the orders of a store, a row for each of their lines."
    kind = Kind.ORDERS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--since", type=moment, help="placed from then on: 2026-11-20, 2026-11-20T18:30, 30d"
        )
        parser.add_argument(
            "--state",
            action="append",
            default=[],
            choices=OrderState.values,
            help="in this state now; may be given several times",
        )

    def wanted(self, options: dict[str, Any]) -> Wanted:
        return Wanted(
            kind=self.kind,
            writing=Writing(options["writing"]),
            since=options["since"],
            states=tuple(options["state"]),
        )
