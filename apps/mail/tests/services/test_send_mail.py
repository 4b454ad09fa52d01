import smtplib
from collections.abc import Callable
from importlib import import_module
from threading import Event
from uuid import UUID

import pytest
from django.core import mail as outbox
from django.core.mail import EmailAttachment
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import TransactionForbidden
from apps.mail import services as mail
from apps.mail.errors import MailNotSent, MailUnderWay
from apps.mail.models import SentMail
from tests.threads import at_once

module = import_module("apps.mail.services.send_mail")  # its package shows the function alone

KEY = UUID("01900000-0000-7000-8000-000000000001")
ADA = "user:01900000-0000-7000-8000-00000000000a"
BOB = "user:01900000-0000-7000-8000-00000000000b"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("write")]


@pytest.fixture
def shop(store):
    store.name, store.email = "Mugs & Sons", "shop@shop.example"
    store.save()
    return store


def send(shop, *, to: str = "ada@example.com", recipient: str = ADA, **more) -> SentMail:
    return mail.send_mail(
        store=shop,
        to=to,
        recipient=recipient,
        template="welcome",
        context={"name": "Ada"},
        key=KEY,
        **more,
    )


@pytest.fixture
def server(monkeypatch) -> Callable[[BaseException], None]:
    """What the mail server answers from now on, in place of taking mails."""

    def answers(error: BaseException) -> None:
        def refuse(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)

    return answers


def test_sends_text_and_html_from_the_store(shop):
    sent = send(shop)

    (message,) = outbox.outbox
    assert message.subject == "Welcome, Ada"
    assert message.from_email == "Mugs & Sons <shop@shop.example>"
    assert message.to == ["ada@example.com"]
    assert message.body == "Hello Ada | Mugs & Sons\n"
    ((html, kind),) = message.alternatives
    assert (html, kind) == ("<p>Hello Ada</p> | Mugs &amp; Sons", "text/html")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert (sent.state, sent.attempts, sent.leased_until) == ("sent", 1, None)
    assert sent.sent_at is not None


def test_the_log_does_not_know_the_address(shop):
    send(shop)
    (row,) = SentMail.objects.values()
    assert "ada@example.com" not in str(row)
    assert (row["recipient"], row["template"], row["key"]) == (ADA, "welcome", KEY)


def test_attachments_go_along(shop):
    invoice = EmailAttachment("invoice-2026-1.pdf", b"%PDF-1.7", "application/pdf")
    send(shop, attachments=[invoice])
    assert outbox.outbox[0].attachments == [invoice]


def test_a_mail_that_was_sent_is_never_sent_again(shop):
    first = send(shop)
    second = send(shop)
    assert second == first
    assert second.attempts == 1
    assert len(outbox.outbox) == 1


def test_one_delivery_may_mail_several_people_once_each(shop):
    send(shop)
    send(shop, to="bob@example.com", recipient=BOB)
    send(shop, to="bob@example.com", recipient=BOB)
    assert [message.to for message in outbox.outbox] == [["ada@example.com"], ["bob@example.com"]]
    ids = {message.extra_headers["Message-ID"] for message in outbox.outbox}
    assert len(ids) == 2


@pytest.mark.parametrize("name", ["Ada\nBcc: all@example.com", "Ada\r\n\r\nHello"])
def test_no_name_adds_a_header(shop, name):
    shop.name = name
    mail.send_mail(
        store=shop,
        to="ada@example.com",
        recipient=ADA,
        template="welcome",
        context={"name": name},
        key=KEY,
    )
    message = outbox.outbox[0].message()
    assert sorted(message.keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]
    assert outbox.outbox[0].recipients() == ["ada@example.com"]


@pytest.mark.parametrize("address", ["", "nobody", "a@example.com\nBcc: b@example.com"])
def test_what_is_no_address_is_recorded_and_not_tried_again(shop, address):
    for _ in range(2):
        failed = send(shop, to=address)
    assert (failed.state, failed.attempts, failed.failure) == ("failed", 1, "not an address")
    assert failed.sent_at is None
    assert outbox.outbox == []


def test_an_address_that_is_refused_for_good_is_recorded_and_not_tried_again(shop, server):
    server(smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no ada@example.com here")}))
    for _ in range(2):
        failed = send(shop)
    assert (failed.state, failed.attempts) == ("failed", 1)
    assert failed.failure == "SMTPRecipientsRefused [550]"


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (
            smtplib.SMTPRecipientsRefused({"ada@example.com": (451, b"ada@example.com, later")}),
            "SMTPRecipientsRefused [451]",
        ),
        (smtplib.SMTPServerDisconnected("gone"), "SMTPServerDisconnected"),
        (smtplib.SMTPDataError(554, b"ada@example.com"), "SMTPDataError 554"),
        (ConnectionRefusedError(111, "refused"), "ConnectionRefusedError 111"),
        (TimeoutError("silence"), "TimeoutError"),
    ],
)
def test_a_mail_server_that_is_away_gets_it_later(shop, server, monkeypatch, error, failure):
    server(error)
    with pytest.raises(MailNotSent) as refused:
        send(shop)
    assert refused.value.detail == failure  # what the delivery remembers holds no address
    assert refused.value.__suppress_context__
    waiting = SentMail.objects.get()
    assert (waiting.state, waiting.leased_until, waiting.failure) == ("sending", None, failure)

    monkeypatch.undo()
    sent = send(shop)
    assert (sent.state, sent.attempts, sent.failure) == ("sent", 2, "")
    assert len(outbox.outbox) == 1


class Unspeakable:
    def __str__(self) -> str:
        raise ZeroDivisionError


def test_a_template_that_fails_leaves_the_mail_free_to_be_sent_later(shop):
    with pytest.raises(ZeroDivisionError):
        mail.send_mail(
            store=shop,
            to="ada@example.com",
            recipient=ADA,
            template="welcome",
            context={"name": Unspeakable()},
            key=KEY,
        )
    (waiting,) = SentMail.objects.all()
    assert (waiting.state, waiting.leased_until) == ("sending", None)
    assert waiting.failure == "ZeroDivisionError"
    assert send(shop).state == "sent"


def test_who_died_after_sending_and_before_the_mark_sends_it_again_under_the_same_id(
    shop, monkeypatch
):
    with monkeypatch.context() as dying:
        dying.setattr(module, "_record", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            send(shop)
    with pytest.raises(MailUnderWay):  # who knows: it may be still at it
        send(shop)
    SentMail.objects.update(leased_until=timezone.now())
    shop.email = "new@other.example"

    send(shop)

    first, second = (message.extra_headers["Message-ID"] for message in outbox.outbox)
    assert first == second
    assert first.endswith("@shop.example>")
    assert SentMail.objects.get().attempts == 2


def _power_cut(*_, **__):
    raise KeyboardInterrupt


def test_who_comes_late_does_not_take_back_what_another_has_done(shop, server, monkeypatch):
    def slow(self, messages):
        """Its lease ends meanwhile, and another process sends the mail."""
        SentMail.objects.update(state="sent", sent_at=timezone.now(), leased_until=None)
        raise smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"twice is too often")})

    monkeypatch.setattr(EmailBackend, "send_messages", slow)
    assert send(shop).state == "sent"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_sends_and_no_row_is_locked_meanwhile(shop, monkeypatch):
    taking, tried = Event(), Event()
    deliver = EmailBackend.send_messages

    def slow(self, messages):
        taking.set()
        assert tried.wait(timeout=20)
        return deliver(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", slow)

    def second() -> str:
        assert taking.wait(timeout=20)
        try:
            return send(shop).state
        except MailUnderWay:
            return "under way"
        finally:
            tried.set()

    assert at_once(lambda: send(shop).state, second) == ["sent", "under way"]
    assert len(outbox.outbox) == 1
    assert send(shop).state == "sent"
    assert len(outbox.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_no_mail_server_is_waited_for_inside_a_transaction(shop):
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        send(shop)
    assert not SentMail.objects.exists()
    assert outbox.outbox == []
