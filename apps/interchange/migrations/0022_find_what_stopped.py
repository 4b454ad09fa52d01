"""Imports that did not end, and exports that failed, store by store."""

from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('interchange', '0021_goods_receipts'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='exportjob',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['store', 'id'], name='export_failed_by_store'),
        ),
        AddIndexConcurrently(
            model_name='importbatch',
            index=models.Index(condition=models.Q(('state__in', ['running', 'stopped', 'reverting'])), fields=['store', 'id'], name='import_unfinished_by_store'),
        ),
        IN_HURRY_AGAIN,
    ]
