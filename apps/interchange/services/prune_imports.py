"""Forgetting what imports have overwritten and refused."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.interchange.models import ImportRow


def prune_imports(*, now: datetime) -> int:
    """This function will forget the values that imports have replaced, and the rows that they have
    refused, after `IMPORT_DETAILS_DAYS`: both may be about people.

    That a row was imported, and what became of it, stays on record. What was changed so long ago
    cannot be reverted any more. Returns how many rows it emptied.
    """
    oldest = now - timedelta(days=settings.IMPORT_DETAILS_DAYS)
    old = ImportRow.objects.filter(batch__created_at__lte=oldest)
    return old.detailed().update(before=None, refusal="")
