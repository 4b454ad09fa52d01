import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.mail.tests.factories import SentMailFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

LOG = reverse("admin:mail_sentmail_changelist")


@pytest.fixture(autouse=True)
def operator(client, store):
    person = UserFactory(store=store, is_staff=True, is_superuser=True)
    client.force_login(person)
    client.get(reverse("admin:index"))
    return person


def test_the_log_shows_this_stores_mails_alone_and_costs_the_same_however_long(client, store):
    SentMailFactory.create_batch(20, store=store, template="orders/receipt")
    SentMailFactory(template="orders/foreign")
    with at_most(9):
        shown = client.get(LOG).content.decode()
    assert "orders/receipt" in shown
    assert "orders/foreign" not in shown


@pytest.mark.parametrize("words", ["user:ada", "01900000-0000-7000-8000-00000000000a"])
def test_mails_are_found_by_recipient_and_by_delivery(client, store, words):
    key = "01900000-0000-7000-8000-00000000000a"
    SentMailFactory(store=store, recipient="user:ada", key=key)
    SentMailFactory(store=store, recipient="user:bob")
    assert client.get(LOG, {"q": words}).context["cl"].result_count == 1


def test_nothing_of_it_can_be_changed(client, store):
    mail = SentMailFactory(store=store)
    page = reverse("admin:mail_sentmail_change", args=[mail.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"state": "failed"}).status_code == 403
    assert client.post(reverse("admin:mail_sentmail_add")).status_code == 403
    assert client.post(reverse("admin:mail_sentmail_delete", args=[mail.pk])).status_code == 403
    mail.refresh_from_db()
    assert mail.state == "sent"
