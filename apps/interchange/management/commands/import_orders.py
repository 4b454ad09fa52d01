"""`manage.py import_orders FILE --format online-retail`"""

from argparse import ArgumentParser

from apps.interchange.management.import_command import ImportCommand


class Command(ImportCommand):
    kind = "orders"
    help = (
        "Imports the past orders of another shop, as history: nothing is reserved, charged or "
        "mailed. Importing a file again changes nothing, and after an interruption it goes on "
        "where it was. "
        "Exit status: 0 all is well, 1 some orders were refused, 2 the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--create-missing-products",
            action="store_true",
            help="make a product, which the public does not see, of each SKU that nobody knows",
        )
