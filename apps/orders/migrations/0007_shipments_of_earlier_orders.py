"""Orders that left before there were shipments: one shipment each, with all of their lines."""

from django.db import migrations
from django.db.models import F, Q


def write_shipments(apps, schema_editor):
    Order = apps.get_model("orders", "Order")
    left = Q(shipped_at__isnull=False) | Q(state__in=["shipped", "delivered"])
    batch = []
    for order in Order.objects.filter(left, shipments=None).iterator(chunk_size=500):
        batch.append(order)
        if len(batch) == 500:
            _write(apps, batch)
            batch = []
    _write(apps, batch)


def _write(apps, orders):
    model = apps.get_model
    shipments = model("orders", "Shipment").objects.bulk_create(
        model("orders", "Shipment")(
            store_id=order.store_id,
            order=order,
            created_at=order.shipped_at or order.updated_at,
            shipped_at=order.shipped_at or order.updated_at,
            delivered_at=order.delivered_at
            or (order.updated_at if order.state == "delivered" else None),
        )
        for order in orders
    )
    of_order = {shipment.order_id: shipment for shipment in shipments}
    lines = model("orders", "OrderLine").objects.filter(order__in=orders)
    model("orders", "ShipmentLine").objects.bulk_create(
        model("orders", "ShipmentLine")(
            shipment=of_order[line.order_id],
            order_line=line,
            quantity=line.quantity,
            created_at=of_order[line.order_id].created_at,
        )
        for line in lines
    )
    lines.update(shipped_quantity=F("quantity"))


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_append_only_documents")]
    operations = [migrations.RunPython(write_shipments, migrations.RunPython.noop)]
