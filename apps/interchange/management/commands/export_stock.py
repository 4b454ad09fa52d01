"""`manage.py export_stock FILE`"""

from apps.interchange.exporting import Kind
from apps.interchange.management.export_command import ExportCommand


class Command(ExportCommand):
    help = (
        "Exports how many of everything each warehouse of a store has, and how many are promised."
    )
    kind = Kind.STOCK
