"""`manage.py grant_role`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts import services
from apps.accounts.management.store_option import add_store_option, find_store
from apps.accounts.scopes import Role
from apps.core.errors import CommerceError


class Command(BaseCommand):
    help = "Gives somebody a role in a store. To give it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="of somebody who has registered, at any store")
        parser.add_argument("role", choices=[one.value for one in Role])
        add_store_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        store = find_store(options["store"])
        try:
            person = services.find_person(email=options["email"], store=store)
            services.grant_role(person=person, store=store, role=Role(options["role"]), by=None)
        except CommerceError as refusal:
            raise CommandError(refusal.in_words) from None
        self.stdout.write(f"{person.email} is {options['role']} of {store}.")
