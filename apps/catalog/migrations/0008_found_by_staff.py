import django.db.models.functions.comparison
import django.db.models.functions.text
from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without keeping shoppers waiting: the tables are long."""

    atomic = False
    dependencies = [
        ('catalog', '0007_listing_by_publication'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='review',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True)), fields=['product', '-public_id'], name='review_by_product'),
        ),
        AddIndexConcurrently(
            model_name='review',
            index=models.Index(condition=models.Q(('deleted_at__isnull', True), ('state', 'hidden')), fields=['store', '-public_id'], name='review_hidden_by_store'),
        ),
        AddIndexConcurrently(
            model_name='variant',
            index=models.Index(models.F('store'), django.db.models.functions.comparison.Collate(django.db.models.functions.text.Upper('sku'), 'C'), condition=models.Q(('deleted_at__isnull', True)), name='variant_by_beginning_of_sku'),
        ),
        IN_HURRY_AGAIN,
    ]
