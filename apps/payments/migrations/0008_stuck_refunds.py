from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without keeping payers waiting."""

    atomic = False
    dependencies = [
        ('payments', '0007_indexes_of_failed_and_given_back'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(condition=models.Q(('check_at__isnull', False)), fields=['store', 'check_at'], name='refund_due_by_store'),
        ),
        IN_HURRY_AGAIN,
    ]
