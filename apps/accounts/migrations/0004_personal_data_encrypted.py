import apps.core.encrypted_fields
import django.core.validators
from apps.core.encryption import blind_index
from apps.core.migration_steps import FOREIGN_KEYS_CHECKED, WITHOUT_HURRY, encrypt_columns
from django.db import migrations, models
from django.db.models import Count

# Django's admin notes in clear what somebody worked on, in words that used to be personal.
_NAMELESS_LOG = """
UPDATE django_admin_log AS entry
SET object_repr = coalesce(
    CASE kind.model
        WHEN 'user' THEN (SELECT public_id FROM accounts_user WHERE id::text = entry.object_id)
        ELSE (SELECT public_id FROM accounts_address WHERE id::text = entry.object_id)
    END::text,
    'deleted'
)
FROM django_content_type AS kind
WHERE kind.id = entry.content_type_id AND kind.app_label = 'accounts'
  AND kind.model IN ('user', 'address')
"""


def write_indexes(apps, schema_editor):
    """The index is what people are found by from now on."""
    User = apps.get_model("accounts", "User")
    batch = []
    for person in User.objects.order_by("pk").only("email").iterator(chunk_size=500):
        person.email_index = blind_index(person.email, purpose="email") if person.email else None
        batch.append(person)
        if len(batch) == 500:
            User.objects.bulk_update(batch, ["email_index"])
            batch = []
    User.objects.bulk_update(batch, ["email_index"])
    _refuse_doubles(User)


def _refuse_doubles(User):
    """The database compared addresses in its own way, which may have known fewer capitals."""
    known = User.objects.exclude(email_index=None).values("store", "email_index")
    for double in known.annotate(number=Count("pk")).filter(number__gt=1)[:1]:
        del double["number"]
        people = User.objects.filter(**double).values_list("public_id", flat=True)
        raise RuntimeError(
            "One store has these people under one e-mail address, written with other capitals. "
            f"Give all but one another address, then migrate again: {', '.join(map(str, people))}"
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_signing_keys_and_token_families'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('stores', '0003_legal_data_and_capture'),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.RemoveConstraint(
            model_name='user',
            name='user_email_once_in_store',
        ),
        migrations.RemoveIndex(
            model_name='user',
            name='operator_by_email',
        ),
        migrations.AddField(
            model_name='user',
            name='email_index',
            field=apps.core.encrypted_fields.BlindIndexField(editable=False, max_length=64, null=True, of='email'),
        ),
        migrations.AddField(
            model_name='user',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='address',
            name='city',
            field=apps.core.encrypted_fields.EncryptedLineField(max_length=100),
        ),
        migrations.AlterField(
            model_name='address',
            name='company',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=150),
        ),
        migrations.AlterField(
            model_name='address',
            name='full_name',
            field=apps.core.encrypted_fields.EncryptedLineField(max_length=150),
        ),
        migrations.AlterField(
            model_name='address',
            name='phone',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=30),
        ),
        migrations.AlterField(
            model_name='address',
            name='postal_code',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name='address',
            name='region',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=100),
        ),
        migrations.AlterField(
            model_name='address',
            name='street',
            field=apps.core.encrypted_fields.EncryptedLineField(max_length=200),
        ),
        migrations.AlterField(
            model_name='address',
            name='street_extra',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name='user',
            name='email',
            field=apps.core.encrypted_fields.IndexedLineField(index='email_index', max_length=254, validators=[django.core.validators.EmailValidator()]),
        ),
        migrations.AlterField(
            model_name='user',
            name='full_name',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=150),
        ),
        FOREIGN_KEYS_CHECKED,
        encrypt_columns('accounts_user', 'email', 'full_name'),
        encrypt_columns(
            'accounts_address',
            'full_name',
            'company',
            'street',
            'street_extra',
            'postal_code',
            'city',
            'region',
            'phone',
        ),
        migrations.RunPython(write_indexes, migrations.RunPython.noop),
        migrations.RunSQL(_NAMELESS_LOG, migrations.RunSQL.noop),
        FOREIGN_KEYS_CHECKED,
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('is_superuser', True)), fields=['email_index'], name='operator_by_email'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(fields=('store', 'email_index'), name='user_email_once_in_store'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), models.Q(('email_index__isnull', True), ('is_active', False)), _connector='OR'), name='user_erased_is_nobody'),
        ),
    ]
