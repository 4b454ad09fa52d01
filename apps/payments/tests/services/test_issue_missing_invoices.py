from django.core.management import call_command
from django.utils import timezone

from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.models import Payment
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


def test_an_order_canceled_since_it_was_listed_gets_none(shopper, monkeypatch):
    payment = PaymentFactory(invoice=False, order__customer=shopper)
    locked_with_order = type(Payment.objects.all()).locked_with_order

    def canceled_first(rows):
        Order.objects.filter(pk=payment.order_id).update(state="canceled")
        return locked_with_order(rows)

    monkeypatch.setattr(type(Payment.objects.all()), "locked_with_order", canceled_first)
    assert services.issue_missing_invoices(now=timezone.now()) == 0
    assert not Invoice.objects.exists()
