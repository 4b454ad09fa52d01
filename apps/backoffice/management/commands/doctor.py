import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from apps.backoffice import services
from apps.backoffice.services import Finding


class Command(BaseCommand):
    help = "Check every promise on this installation. Exit status 1 when one is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = services.check_invariants()
        if options["json"]:
            self._print_json(findings)
        else:
            self._print_lines(findings)
        broken = sum(not finding.is_kept for finding in findings)
        if broken:
            raise CommandError(f"{broken} of {len(findings)} promises are not kept.")
        if not options["json"]:
            self.stdout.write(f"All {len(findings)} promises are kept.")

    def _print_json(self, findings: list[Finding]) -> None:
        document = [
            {
                "id": finding.invariant.id,
                "promise": finding.invariant.promise,
                "kept": finding.is_kept,
                "broken_rows": finding.broken,
                "rows": finding.rows,
                "error": finding.error,
            }
            for finding in findings
        ]
        self.stdout.write(json.dumps(document, cls=DjangoJSONEncoder, indent=2))

    def _print_lines(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.stdout.write(
                f"{finding.invariant.id:4} {finding.invariant.promise}: {self._said(finding)}"
            )
            for row in finding.rows:
                self.stdout.write("       " + ", ".join(f"{k}={v}" for k, v in row.items()))
            if finding.broken > len(finding.rows):
                self.stdout.write(f"       and {finding.broken - len(finding.rows)} more")

    def _said(self, finding: Finding) -> str:
        if finding.error:
            return self.style.ERROR(f"not checked, {finding.error}")
        if finding.broken:
            return self.style.ERROR(f"{finding.broken} broken rows")
        return self.style.SUCCESS("ok")
