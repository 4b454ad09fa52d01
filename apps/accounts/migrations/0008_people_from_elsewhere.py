import apps.core.encrypted_fields
from apps.core.migration_steps import WITHOUT_HURRY
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_reviews_are_moderated'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('stores', '0003_legal_data_and_capture'),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.AddField(
            model_name='user',
            name='external_id',
            field=models.CharField(editable=False, max_length=100, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='metadata',
            field=apps.core.encrypted_fields.EncryptedJSONField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(fields=('store', 'external_id'), name='user_external_id_once_in_store'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('external_id', ''), _negated=True), name='user_external_id_is_one_or_none'),
        ),
    ]
