from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without keeping the pipeline waiting: nearly all deliveries are done, and stay out of it."""

    atomic = False
    dependencies = [
        ('events', '0006_find_dead_deliveries'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'dead'])), fields=['state', 'event'], name='delivery_not_done_by_event'),
        ),
        IN_HURRY_AGAIN,
    ]
