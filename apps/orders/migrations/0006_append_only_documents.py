"""What was issued, and what left in a parcel, stays as it was written down."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER invoices_are_append_only
BEFORE UPDATE OR DELETE ON orders_invoice
FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER shipment_lines_are_append_only
BEFORE UPDATE OR DELETE ON orders_shipmentline
FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
"""
_ALLOW = """
DROP TRIGGER invoices_are_append_only ON orders_invoice;
DROP TRIGGER shipment_lines_are_append_only ON orders_shipmentline;
DROP FUNCTION orders_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_attention")]
    operations = [migrations.RunSQL(_REFUSE, _ALLOW)]
