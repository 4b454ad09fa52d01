from django.db import migrations

# Before it kept books the simulated gateway remembered nothing. What was paid with it then can be
# given back now, as before.
CHARGES = """
INSERT INTO payments_simulatedcharge (
    public_id, created_at, store, idempotency_key, reference, payment_method, capture_method,
    outcome, failure_code, amount, currency, captured_amount, refunded_amount, metadata
)
SELECT gen_random_uuid(), p.created_at, s.public_id, p.gateway_idempotency_key,
       p.gateway_reference, p.payment_method, 'automatic', p.state, p.failure_code, p.amount,
       p.currency, CASE WHEN p.state = 'captured' THEN p.amount ELSE 0 END,
       coalesce(back.amount, 0),
       jsonb_build_object('order', o.public_id, 'payment', p.public_id, 'store', s.public_id)
FROM payments_payment p
JOIN stores_store s ON s.id = p.store_id
JOIN orders_order o ON o.id = p.order_id
LEFT JOIN (
    SELECT payment_id, sum(amount) AS amount FROM payments_refund
    WHERE state = 'succeeded' GROUP BY payment_id
) back ON back.payment_id = p.id
WHERE p.gateway = 'simulated' AND p.gateway_reference <> '' AND p.state IN ('captured', 'failed')
"""
REFUNDS = """
INSERT INTO payments_simulatedrefund (
    public_id, created_at, charge_id, idempotency_key, reference, amount, metadata
)
SELECT gen_random_uuid(), r.created_at, c.id, r.gateway_idempotency_key, r.gateway_reference,
       r.amount, jsonb_build_object('payment', p.public_id, 'refund', r.public_id)
FROM payments_refund r
JOIN payments_payment p ON p.id = r.payment_id
JOIN payments_simulatedcharge c ON c.idempotency_key = p.gateway_idempotency_key
WHERE r.state = 'succeeded' AND r.gateway_reference <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_simulated_gateway")]

    operations = [
        migrations.RunSQL(CHARGES, migrations.RunSQL.noop),
        migrations.RunSQL(REFUNDS, migrations.RunSQL.noop),
    ]
