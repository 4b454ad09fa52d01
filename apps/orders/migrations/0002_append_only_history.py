"""An order's history can only grow. TRUNCATE, which empties a test database, fires no row trigger."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION orders_refuse_transition_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'order transitions are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER order_transitions_are_append_only
BEFORE UPDATE OR DELETE ON orders_ordertransition
FOR EACH ROW EXECUTE FUNCTION orders_refuse_transition_change();
"""
_ALLOW = """
DROP TRIGGER order_transitions_are_append_only ON orders_ordertransition;
DROP FUNCTION orders_refuse_transition_change();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_carts_and_orders")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
