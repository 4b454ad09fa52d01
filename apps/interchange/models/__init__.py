"""What was imported, and what is exported, when, by whom, and what became of it."""

from apps.interchange.models.export_job import ExportJob
from apps.interchange.models.import_batch import GoodsReceipt, ImportBatch
from apps.interchange.models.import_job import ImportJob
from apps.interchange.models.import_row import ImportRow

__all__ = ["ExportJob", "GoodsReceipt", "ImportBatch", "ImportJob", "ImportRow"]
