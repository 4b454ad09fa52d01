"""The ledger can only grow. TRUNCATE, which empties a test database, fires no row trigger."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION inventory_refuse_movement_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock movements are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER stock_movements_are_append_only
BEFORE UPDATE OR DELETE ON inventory_stockmovement
FOR EACH ROW EXECUTE FUNCTION inventory_refuse_movement_change();
"""
_ALLOW = """
DROP TRIGGER stock_movements_are_append_only ON inventory_stockmovement;
DROP FUNCTION inventory_refuse_movement_change();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_stock")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
