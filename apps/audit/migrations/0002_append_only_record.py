"""The record can only grow. What may be done to a row is to encrypt its origin under another key:
within a transaction that says so (`SET LOCAL tradepost.rotates_keys = 'on'`), and nothing else of
it may differ. That the origin is still the same is for `verify_audit` to find out."""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('tradepost.rotates_keys', true) = 'on'
       AND NEW.origin IS NOT NULL AND OLD.origin IS NOT NULL
       AND to_jsonb(NEW) - 'origin' = to_jsonb(OLD) - 'origin' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_records_are_append_only
BEFORE UPDATE OR DELETE ON audit_auditrecord
FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_records_are_never_emptied
BEFORE TRUNCATE ON audit_auditrecord
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
_ALLOW = """
DROP TRIGGER audit_records_are_never_emptied ON audit_auditrecord;
DROP TRIGGER audit_records_are_append_only ON audit_auditrecord;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_record")]
    # In the record's own database: apps/audit/routing.py.
    operations = [migrations.RunSQL(_REFUSE, _ALLOW, hints={"model_name": "auditrecord"})]
