"""What people wrote, and where they live, as only holders of a key can read it.

Documents and history stay as they are but for one thing: whoever rotates keys says so in the
transaction (`tradepost.rotates_keys`), and may then write the one encrypted column anew, under
another key.
"""

import apps.core.encrypted_fields
from apps.core.migration_steps import FOREIGN_KEYS_CHECKED, WITHOUT_HURRY, encrypt_columns
from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    column_name text := TG_ARGV[0];
    was jsonb := to_jsonb(OLD);
    becomes jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND column_name IS NOT NULL
       AND current_setting('tradepost.rotates_keys', true) = 'on' THEN
        becomes := to_jsonb(NEW);
        IF becomes - column_name = was - column_name
           AND becomes ->> column_name ~ '^[0-9a-f]{8}[$]gAAAA'
           AND left(becomes ->> column_name, 9) <> left(was ->> column_name, 9) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
_FUNCTION_BEFORE = """
CREATE OR REPLACE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
_OPEN = """
DROP TRIGGER invoices_are_append_only ON orders_invoice;
DROP TRIGGER order_transitions_are_append_only ON orders_ordertransition;
"""
_CLOSE = """
CREATE TRIGGER invoices_are_append_only
BEFORE UPDATE OR DELETE ON orders_invoice
FOR EACH ROW EXECUTE FUNCTION orders_refuse_change('snapshot');
CREATE TRIGGER order_transitions_are_append_only
BEFORE UPDATE OR DELETE ON orders_ordertransition
FOR EACH ROW EXECUTE FUNCTION orders_refuse_change('reason');
"""
_CLOSE_BEFORE = """
CREATE TRIGGER invoices_are_append_only
BEFORE UPDATE OR DELETE ON orders_invoice
FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER order_transitions_are_append_only
BEFORE UPDATE OR DELETE ON orders_ordertransition
FOR EACH ROW EXECUTE FUNCTION orders_refuse_transition_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0007_shipments_of_earlier_orders'),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.RunSQL(_FUNCTION, _FUNCTION_BEFORE),
        migrations.RunSQL(_OPEN, _CLOSE_BEFORE),
        migrations.AlterField(
            model_name='invoice',
            name='snapshot',
            field=apps.core.encrypted_fields.EncryptedJSONField(),
        ),
        migrations.AlterField(
            model_name='order',
            name='customer_note',
            field=apps.core.encrypted_fields.EncryptedTextField(blank=True),
        ),
        migrations.AlterField(
            model_name='order',
            name='shipping_address',
            field=apps.core.encrypted_fields.EncryptedJSONField(),
        ),
        migrations.AlterField(
            model_name='order',
            name='staff_note',
            field=apps.core.encrypted_fields.EncryptedTextField(blank=True),
        ),
        migrations.AlterField(
            model_name='ordertransition',
            name='reason',
            field=apps.core.encrypted_fields.EncryptedLineField(blank=True, max_length=200),
        ),
        FOREIGN_KEYS_CHECKED,
        encrypt_columns('orders_order', 'shipping_address', 'customer_note', 'staff_note'),
        encrypt_columns('orders_invoice', 'snapshot'),
        encrypt_columns('orders_ordertransition', 'reason'),
        FOREIGN_KEYS_CHECKED,
        migrations.RunSQL(_CLOSE, _OPEN),
    ]
