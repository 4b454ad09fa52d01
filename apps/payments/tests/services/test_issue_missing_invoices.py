from django.core.management import call_command
from django.utils import timezone

from apps.orders.models import Invoice
from apps.payments import services
from apps.payments.tests.factories import PaymentFactory


def test_sales_of_before_get_their_invoices_once_and_without_a_gap(shopper, capsys):
    first = PaymentFactory(invoice=False, order__customer=shopper)
    second = PaymentFactory(invoice=False, order__customer=shopper, order__state="delivered")
    PaymentFactory(invoice=False, order__state="canceled")
    PaymentFactory(state="authorized")

    call_command("issue_missing_invoices")
    assert capsys.readouterr().out == "2 invoices issued\n"
    year = timezone.now().year
    rows = Invoice.objects.order_by("pk").values_list("order_id", "number")
    assert list(rows) == [
        (first.order_id, f"{year}-000001"),
        (second.order_id, f"{year}-000002"),
    ]
    assert services.issue_missing_invoices(now=timezone.now()) == 0
