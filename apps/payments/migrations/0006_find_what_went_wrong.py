"""What went wrong with money is found by small indexes, without reading what went well."""

from apps.core.migration_steps import IN_HURRY_AGAIN, OUT_OF_HURRY
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('orders', '0010_past_orders'),
        ('payments', '0005_secrets_encrypted'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        OUT_OF_HURRY,
        migrations.AddField(
            model_name='payment',
            name='unfillable_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='settled_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(condition=models.Q(('held_reason', ''), _negated=True), fields=['store', 'id'], name='payment_held_by_store'),
        ),
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(condition=models.Q(('refunded_amount__lt', models.F('amount')), ('state__in', ('authorized', 'captured')), ('unfillable_at__isnull', False)), fields=['store', 'id'], name='payment_that_has_to_go_back'),
        ),
        AddIndexConcurrently(
            model_name='payment',
            index=models.Index(condition=models.Q(('check_at__isnull', False)), fields=['store', 'check_at'], name='payment_due_by_store'),
        ),
        AddIndexConcurrently(
            model_name='providerevent',
            index=models.Index(condition=models.Q(('state__in', ['parked', 'unmatched'])), fields=['id'], name='provider_event_without_effect'),
        ),
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(condition=models.Q(('settled_at__isnull', True), ('state', 'failed')), fields=['store', 'id'], name='refund_failed_not_settled'),
        ),
        IN_HURRY_AGAIN,
    ]
