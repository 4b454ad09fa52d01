from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without keeping payers waiting."""

    atomic = False
    dependencies = [
        ('orders', '0010_past_orders'),
        ('payments', '0006_find_what_went_wrong'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['store', 'created_at'], name='payment_failed_by_time'),
        ),
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(condition=models.Q(('succeeded_at__isnull', False)), fields=['store', 'succeeded_at'], name='refund_succeeded_by_time'),
        ),
        IN_HURRY_AGAIN,
    ]
