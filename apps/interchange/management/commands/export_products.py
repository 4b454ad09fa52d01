"""`manage.py export_products FILE --format native`"""

from argparse import ArgumentParser
from typing import Any

from apps.interchange.exporting import Kind, Layout, Wanted, Writing
from apps.interchange.management.export_command import ExportCommand


class Command(ExportCommand):
    help = "Exports all products of a store, published or not, in our layout or in Shopify's."
    kind = Kind.PRODUCTS

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--format",
            choices=[one.value for one in Layout],
            default=Layout.NATIVE.value,
            help="whose columns the file has; default: %(default)s",
        )
        shown = parser.add_mutually_exclusive_group()
        shown.add_argument(
            "--published",
            action="store_true",
            default=None,
            help="only what the public sees now",
        )
        shown.add_argument(
            "--unpublished",
            action="store_false",
            dest="published",
            default=None,
            help="only what the public does not see now",
        )

    def wanted(self, options: dict[str, Any]) -> Wanted:
        return Wanted(
            kind=self.kind,
            layout=Layout(options["format"]),
            writing=Writing(options["writing"]),
            published=options["published"],
        )
