"""Who and what address holds how much unpaid: counted under a lock, in the statement that inserts.

Each statement inside a volatile function sees what was committed before it: whoever waited for the
lock counts what its holder has written.
"""

from apps.core.migration_steps import WITHOUT_HURRY
from django.conf import settings
from django.db import migrations, models

TAKE_PLACE = """
CREATE FUNCTION orders_take_place_among_unpaid(
    for_customer bigint, from_address text, most_of_customer int, most_from_address int
) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF most_of_customer > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('unpaid of ' || for_customer, 0));
        IF (SELECT count(*) FROM orders_order
            WHERE customer_id = for_customer AND state = 'pending') >= most_of_customer THEN
            RAISE EXCEPTION 'too many unpaid orders of one customer'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unpaid_orders_of_customer';
        END IF;
    END IF;
    IF most_from_address > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('unpaid from ' || from_address, 0));
        IF (SELECT count(*) FROM orders_order
            WHERE placed_from = from_address AND state = 'pending') >= most_from_address THEN
            RAISE EXCEPTION 'too many unpaid orders from one address'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'unpaid_orders_from_address';
        END IF;
    END IF;
    RETURN from_address;
END $$;
"""
DROP = "DROP FUNCTION orders_take_place_among_unpaid(bigint, text, int, int)"


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0008_personal_data_encrypted'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.AddField(
            model_name='order',
            name='placed_from',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=64),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['customer'], name='order_unpaid_by_customer'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state', 'pending'), models.Q(('placed_from', ''), _negated=True)), fields=['placed_from'], name='order_unpaid_by_address'),
        ),
        migrations.RunSQL(TAKE_PLACE, DROP),
    ]
