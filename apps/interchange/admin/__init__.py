"""Imports and exports on the staff site."""

from apps.interchange.admin import lists as lists
from apps.interchange.admin.exports import ExportJobAdmin
from apps.interchange.admin.import_jobs import ImportJobAdmin
from apps.interchange.admin.imports import ImportBatchAdmin, ImportRowAdmin

__all__ = ["ExportJobAdmin", "ImportBatchAdmin", "ImportJobAdmin", "ImportRowAdmin", "lists"]
