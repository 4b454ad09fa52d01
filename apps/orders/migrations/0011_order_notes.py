"""What staff write about orders. It can only grow, but for its text: that is forgotten with the
customer, and written anew by whoever rotates keys."""

import apps.core.encrypted_fields
import apps.core.ids
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

_REFUSE = """
CREATE TRIGGER order_notes_are_append_only
BEFORE UPDATE ON orders_ordernote
FOR EACH ROW
WHEN (NEW.text <> '' OR (to_jsonb(NEW) - 'text') IS DISTINCT FROM (to_jsonb(OLD) - 'text'))
EXECUTE FUNCTION orders_refuse_change('text');
CREATE TRIGGER order_notes_are_kept
BEFORE DELETE ON orders_ordernote
FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
"""
_ALLOW = """
DROP TRIGGER order_notes_are_append_only ON orders_ordernote;
DROP TRIGGER order_notes_are_kept ON orders_ordernote;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0010_past_orders'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=apps.core.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('author', models.CharField(help_text='"user:…", or "key:…".', max_length=100)),
                ('text', apps.core.encrypted_fields.EncryptedTextField(blank=True)),
                ('key', models.UUIDField(editable=False)),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='orders.order')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('order', 'key'), name='order_note_once_for_each_key'), models.CheckConstraint(condition=models.Q(('author', ''), _negated=True), name='order_note_has_an_author')],
            },
        ),
        migrations.RunSQL(_REFUSE, _ALLOW),
    ]
