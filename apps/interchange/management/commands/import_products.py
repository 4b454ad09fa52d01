"""`manage.py import_products FILE --format shopify`"""

from apps.interchange.management.import_command import ImportCommand


class Command(ImportCommand):
    kind = "products"
    help = (
        "Imports products from another shop's file. Importing a file again changes nothing, and "
        "after an interruption it goes on where it was. "
        "Exit status: 0 all is well, 1 some products were refused, 2 the file cannot be used."
    )
