"""Against a mail server, over a real socket."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from apps.mail import services as mail
from apps.mail.errors import MailNotSent
from apps.mail.models import SentMail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("write")]


class Conversation(socketserver.StreamRequestHandler):
    """Says yes to all but what `server.refused` names: the beginning of a command to its answer."""

    def handle(self) -> None:
        self._say("220 mail.example")
        while command := self.rfile.readline().decode().strip().upper():
            refusal = self._refusal(command)
            if refusal == "silence":
                self.server.stop.wait()  # type: ignore[attr-defined]
                return
            if command == "DATA" and not refusal:
                self._take()
            self._say(refusal or "250 ok")

    def _refusal(self, command: str) -> str:
        refused: dict[str, str] = self.server.refused  # type: ignore[attr-defined]
        beginnings = [one for one in refused if command.startswith(one)]
        return refused[beginnings[0]] if beginnings else ""

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        self.server.taken.append("".join(lines))  # type: ignore[attr-defined]

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    """A mail server on a port of its own."""

    daemon_threads = True

    def __init__(self, refused: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refused = refused
        self.taken: list[str] = []
        self.stop = threading.Event()


@pytest.fixture
def serve(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.5

    @contextmanager
    def serve(**refused: str) -> Iterator[Server]:
        with Server(refused) as server:
            settings.EMAIL_PORT = server.server_address[1]
            threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
            yield server
            server.stop.set()
            server.shutdown()

    return serve


def send(store, key=None) -> SentMail:
    return mail.send_mail(
        store=store,
        to="ada@example.com",
        recipient="user:ada",
        template="welcome",
        context={"name": "Zoë"},
        key=key or uuid4(),
    )


def test_hands_over_one_mail(store, serve):
    key = uuid4()
    with serve() as server:
        for _ in range(2):
            assert send(store, key).state == "sent"
    (taken,) = server.taken
    assert "To: ada@example.com\r\n" in taken
    assert "Hello Zoë" in taken


def test_an_address_that_the_server_does_not_know_is_recorded(store, serve):
    with serve(RCPT="550 no such person as ada@example.com") as server:
        failed = send(store)
    assert (failed.state, failed.failure) == ("failed", "SMTPRecipientsRefused [550]")
    assert server.taken == []


@pytest.mark.parametrize(
    ("refused", "failure"),
    [
        ({"RCPT": "451 greylisted, ada@example.com"}, "SMTPRecipientsRefused [451]"),
        ({"MAIL": "421 too busy"}, "SMTPSenderRefused 421"),
        ({"DATA": "554 not this one"}, "SMTPDataError 554"),
        ({"EHLO": "silence"}, "SMTPServerDisconnected"),
        ({"DATA": "silence"}, "SMTPServerDisconnected"),
    ],
)
def test_what_the_server_may_take_later_is_tried_again_then(store, serve, refused, failure):
    key = uuid4()
    began = time.monotonic()
    with serve(**refused), pytest.raises(MailNotSent, match=f"^{failure}".replace("[", r"\[")):
        send(store, key)
    assert time.monotonic() - began < 5
    assert SentMail.objects.get().state == "sending"
    with serve() as server:
        assert send(store, key).state == "sent"
    assert len(server.taken) == 1


def test_a_server_that_is_not_there_is_tried_again_later(store, serve, settings):
    with serve(), socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        settings.EMAIL_PORT = nobody.getsockname()[1]
        with pytest.raises(MailNotSent, match=r"^ConnectionRefusedError"):
            send(store)
    assert SentMail.objects.get().state == "sending"
