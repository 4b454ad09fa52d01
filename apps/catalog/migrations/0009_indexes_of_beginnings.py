import django.db.models.functions.comparison
import django.db.models.functions.text
from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What begins with what somebody types: in the order of the C collation a beginning is a range."""

    atomic = False
    dependencies = [
        ('catalog', '0008_found_by_staff'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        OUT_OF_HURRY,
        AddIndexConcurrently(
            model_name='product',
            index=models.Index(models.F('store'), django.db.models.functions.comparison.Collate(django.db.models.functions.text.Upper('title'), 'C'), condition=models.Q(('deleted_at__isnull', True)), name='product_by_beginning_of_title'),
        ),
        AddIndexConcurrently(
            model_name='variant',
            index=models.Index(models.F('store'), django.db.models.functions.comparison.Collate(django.db.models.functions.text.Upper('barcode'), 'C'), condition=models.Q(('deleted_at__isnull', True), models.Q(('barcode', ''), _negated=True)), name='variant_by_barcode'),
        ),
        IN_HURRY_AGAIN,
    ]
