from apps.core.migration_steps import WITHOUT_HURRY
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0005_indexes_by_store'),
        ('stores', '0003_legal_data_and_capture'),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.RemoveConstraint(
            model_name='stockmovement',
            name='movement_sign_suits_its_kind',
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='kind',
            field=models.CharField(choices=[('received', 'Received'), ('adjusted', 'Adjusted'), ('transferred', 'Transferred'), ('sold', 'Sold'), ('returned', 'Returned'), ('past_sale', 'sold elsewhere'), ('past_return', 'returned elsewhere')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['received', 'returned', 'past_return']), ('quantity__gt', 0)), models.Q(('kind__in', ['sold', 'past_sale']), ('quantity__lt', 0)), models.Q(('kind__in', ['adjusted', 'transferred']), models.Q(('quantity', 0), _negated=True)), _connector='OR'), name='movement_sign_suits_its_kind'),
        ),
    ]
