from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.accounts import services
from apps.accounts.models import User
from apps.core.errors import CommerceError


class Command(BaseCommand):
    help = "Forget a customer for good, and print what stays and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", type=UUID, help="the person's id")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(public_id=options["person"]).first()
        if person is None:
            raise CommandError("Nobody has this id.")
        if not options["yes"] and input(f"Forget {person.label} for good? [y/N] ").lower() != "y":
            raise CommandError("Nothing was done.")
        try:
            report = services.erase_person(person=person, by=None)
        except CommerceError as refusal:
            raise CommandError(refusal.in_words) from refusal
        for one in report.kept:
            self.stdout.write(f"{one.count:6} {one.section:12} {one.explanation}")
        self.stdout.write("Everything else is gone.")
