"""Imports and exports on the staff site."""

from apps.interchange.admin.exports import ExportJobAdmin
from apps.interchange.admin.imports import ImportBatchAdmin, ImportRowAdmin

__all__ = ["ExportJobAdmin", "ImportBatchAdmin", "ImportRowAdmin"]
