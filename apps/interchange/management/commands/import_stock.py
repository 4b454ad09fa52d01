"""`manage.py import_stock FILE`"""

from apps.interchange.management.import_command import ImportCommand


class Command(ImportCommand):
    kind = "stock"
    help = (
        "Sets what warehouses have to what was counted, from a CSV of sku, warehouse, on_hand and "
        "reserved. What is reserved follows from orders, and is checked only. Exit status: 0 all "
        "is well, 1 some counts were refused, 2 the file cannot be used."
    )
