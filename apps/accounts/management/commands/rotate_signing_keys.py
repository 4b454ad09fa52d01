from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts import services
from apps.accounts.errors import SigningKeyNotFound


class Command(BaseCommand):
    help = (
        "Have the next key sign tokens from now on. What the one before has signed stays good "
        "until it expires, unless that key is revoked. Ends with status 1 when the next key has "
        "not been published for long enough."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This function will declare the options."""
        parser.add_argument(
            "--revoke",
            metavar="KID",
            help="a key that leaked: nothing that it has signed is good any more, at once",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will rotate, or revoke, and say which key signs now."""
        if kid := options["revoke"]:
            self._revoke(kid)
        elif services.rotate_signing_keys(now=timezone.now()) is None:
            raise CommandError("The next key is too young: not everybody may know it yet.")
        self.stdout.write(f"{services.ensure_signing_keys().kid} signs now.")

    def _revoke(self, kid: str) -> None:
        try:
            services.revoke_signing_key(kid=kid, now=timezone.now())
        except SigningKeyNotFound as error:
            raise CommandError(f"No key is called {kid}.") from error
        self.stdout.write(f"{kid} is revoked.")
