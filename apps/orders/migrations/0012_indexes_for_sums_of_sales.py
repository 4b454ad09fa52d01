from django.conf import settings
from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without keeping buyers waiting: the table is long, and written by every order."""

    atomic = False
    dependencies = [
        ('catalog', '0007_listing_by_publication'),
        ('orders', '0011_order_notes'),
        ('stores', '0004_search_language'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(condition=models.Q(('paid_at__isnull', False)), fields=['store', 'paid_at'], include=('currency', 'total_amount', 'source', 'state'), name='order_sold_by_time'),
        ),
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(condition=models.Q(('source', ''), _negated=True), fields=['store', 'external_number'], name='order_by_number_elsewhere'),
        ),
        AddIndexConcurrently(
            model_name='pastreturn',
            index=models.Index(fields=['store', 'returned_at'], name='past_return_by_time'),
        ),
        IN_HURRY_AGAIN,
    ]
