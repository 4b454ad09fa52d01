"""`manage.py import_customers FILE`"""

from apps.interchange.management.import_command import ImportCommand


class Command(ImportCommand):
    kind = "customers"
    help = (
        "Imports the customers of another shop. Nobody is written to, and nobody gets a password: "
        "who has an address chooses one like those who have forgotten theirs. "
        "Exit status: 0 all is well, 1 some customers were refused, 2 the file cannot be used."
    )
