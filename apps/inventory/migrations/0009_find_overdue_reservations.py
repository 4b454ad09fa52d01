"""What is held past its time, store by store."""

from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('inventory', '0008_low_stock'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='reservation',
            index=models.Index(condition=models.Q(('state', 'active')), fields=['store', 'expires_at'], name='reservation_active_by_store'),
        ),
        IN_HURRY_AGAIN,
    ]
