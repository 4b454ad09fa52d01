"""Imports and exports on the staff site."""

from apps.interchange.admin import lists as lists
from apps.interchange.admin.exports import ExportJobAdmin
from apps.interchange.admin.import_jobs import ImportJobAdmin
from apps.interchange.admin.imports import ImportBatchAdmin, ImportRowAdmin
from apps.interchange.admin.receipts import GoodsReceiptAdmin

__all__ = [
    "ExportJobAdmin",
    "GoodsReceiptAdmin",
    "ImportBatchAdmin",
    "ImportJobAdmin",
    "ImportRowAdmin",
    "lists",
]
