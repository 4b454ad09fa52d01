from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from apps.audit import services
from apps.audit.errors import AuditDatabaseAway
from apps.audit.routing import AUDIT


class Command(migrate.Command):
    """Django's own, for both databases, so that nobody can forget the second."""

    help = f"{migrate.Command.help} The audit database too, unless --database names one."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """This function will have the checks look at the shop's database unless one is named."""
        checked = options["database"] or DEFAULT_DB_ALIAS
        return super().get_check_kwargs(options | {"database": checked})

    def handle(self, *args: Any, **options: Any) -> None:
        """This function will migrate the shop's database and then the audit database."""
        database, label = options["database"], options["app_label"]
        if database != AUDIT:
            super().handle(*args, **options | {"database": database or DEFAULT_DB_ALIAS})
        if database == AUDIT or (database is None and label in {None, AUDIT}):
            self._migrate_record(*args, **options)

    def _migrate_record(self, *args: Any, **options: Any) -> None:
        only_looks = options["plan"] or options["check_unapplied"]
        try:
            if not only_looks and services.ensure_database():
                self.stdout.write("Made the audit database.")
        except AuditDatabaseAway as away:
            raise CommandError(f"The audit database: {away.detail}") from away
        # Nothing but the record lies there.
        given = {"database": AUDIT, "app_label": options["app_label"] or AUDIT, "run_syncdb": False}
        super().handle(*args, **options | given)
