"""A mail server that is away."""

from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Takes nothing."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError(111, "nobody is there")
