import apps.core.ids
import apps.core.models
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from apps.core.migration_steps import WITHOUT_HURRY
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_ratings_and_popularity'),
        ('orders', '0009_unpaid_orders'),
        ('stores', '0003_legal_data_and_capture'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.CreateModel(
            name='PastReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('source', models.CharField(max_length=30)),
                ('external_number', models.CharField(max_length=100)),
                ('position', models.PositiveIntegerField()),
                ('sku', models.CharField(max_length=100)),
                ('title', models.CharField(blank=True, max_length=255)),
                ('quantity', models.PositiveIntegerField()),
                ('currency', apps.core.models.CurrencyField(max_length=3)),
                ('amount', apps.core.models.AmountField(decimal_places=4, help_text='What was given back for all of them.', max_digits=19)),
                ('returned_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='ordertransition',
            name='transition_is_an_edge',
        ),
        migrations.AddField(
            model_name='order',
            name='external_number',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name='order',
            name='source',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=30),
        ),
        migrations.AddField(
            model_name='order',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='quantity',
            field=models.PositiveIntegerField(),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='shipped_quantity',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), ('withdrawn_at__isnull', True)), fields=('store', 'source', 'external_number'), name='order_imported_once'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('external_number', ''), ('source', ''), ('withdrawn_at__isnull', True)), models.Q(models.Q(('source', ''), _negated=True), models.Q(('external_number', ''), _negated=True), ('cart__isnull', True)), _connector='OR'), name='order_from_elsewhere_has_a_number'),
        ),
        migrations.AddConstraint(
            model_name='ordertransition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_state', ''), ('to_state__in', ['canceled', 'delivered', 'paid', 'pending', 'refunded', 'shipped'])), models.Q(('from_state', 'pending'), ('to_state__in', ['canceled', 'paid'])), models.Q(('from_state', 'paid'), ('to_state__in', ['canceled', 'refunded', 'shipped'])), models.Q(('from_state', 'shipped'), ('to_state__in', ['canceled', 'delivered', 'refunded'])), models.Q(('from_state', 'delivered'), ('to_state__in', ['canceled', 'refunded'])), models.Q(('from_state', 'refunded'), ('to_state__in', ['canceled'])), _connector='OR'), name='transition_is_an_edge'),
        ),
        migrations.AddField(
            model_name='pastreturn',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pastreturn',
            name='order',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='past_returns', to='orders.order'),
        ),
        migrations.AddField(
            model_name='pastreturn',
            name='order_line',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='past_returns', to='orders.orderline'),
        ),
        migrations.AddField(
            model_name='pastreturn',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        migrations.AddField(
            model_name='pastreturn',
            name='variant',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.variant'),
        ),
        migrations.AddIndex(
            model_name='pastreturn',
            index=models.Index(fields=['store', 'public_id'], name='past_return_by_store'),
        ),
        migrations.AddConstraint(
            model_name='pastreturn',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('store', 'source', 'external_number', 'position'), name='past_return_imported_once'),
        ),
        migrations.AddConstraint(
            model_name='pastreturn',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='past_return_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='pastreturn',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='past_return_amount_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='pastreturn',
            constraint=models.CheckConstraint(condition=models.Q(('order__isnull', False), ('order_line__isnull', True), _connector='OR'), name='past_return_of_a_line_is_of_an_order'),
        ),
    ]
