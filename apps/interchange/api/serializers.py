"""What callers say of an export."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from apps.core.serializers import InputSerializer
from apps.interchange.exporting import Kind, Layout, Wanted, Writing
from apps.interchange.models import ExportJob
from apps.orders.transitions import OrderState


def _writing() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    choices = [one.value for one in Writing]
    return {"as": serializers.ChoiceField(choices=choices, default=Writing.CSV.value)}


class WritingQuery(serializers.Serializer[Any]):
    """How rows become text."""

    kind: Kind

    def get_fields(self) -> dict[str, Any]:
        """This function will add `as`, which Python keeps for itself."""
        return _writing() | super().get_fields()

    def wanted(self) -> Wanted:
        """This function will say what was asked for."""
        found = self.validated_data
        return wanted_from({**found, "kind": self.kind, "states": found.get("state", ())})


class OrderExportQuery(WritingQuery):
    kind = Kind.ORDERS
    since = serializers.DateTimeField(required=False, help_text="Placed from then on.")
    state = serializers.MultipleChoiceField(
        choices=OrderState.choices, required=False, help_text="In one of these states now."
    )


class ProductExportQuery(WritingQuery):
    kind = Kind.PRODUCTS
    layout = serializers.ChoiceField(
        choices=[one.value for one in Layout],
        default=Layout.NATIVE.value,
        help_text="Whose columns the file has.",
    )
    published = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Only what the public sees now, or only what it does not.",
    )


class CustomerExportQuery(WritingQuery):
    kind = Kind.CUSTOMERS
    since = serializers.DateTimeField(required=False, help_text="Customers from then on.")


class StockExportQuery(WritingQuery):
    kind = Kind.STOCK


class ExportInput(InputSerializer):
    """What is to be exported. Not everything can be said of everything."""

    kind = serializers.ChoiceField(choices=[one.value for one in Kind])
    layout = serializers.ChoiceField(
        choices=[one.value for one in Layout],
        default=Layout.NATIVE.value,
        help_text="Whose columns the file has; of products only.",
    )
    since = serializers.DateTimeField(
        required=False, help_text="Orders placed, or customers, from then on."
    )
    states = serializers.ListField(
        child=serializers.ChoiceField(choices=OrderState.choices),
        required=False,
        max_length=len(OrderState),
        help_text="Orders in one of these states when it is made.",
    )
    published = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Only products that the public sees, or only those that it does not.",
    )

    def get_fields(self) -> dict[str, Any]:
        """This function will add `as`, which Python keeps for itself."""
        return super().get_fields() | _writing()


def wanted_from(details: dict[str, Any]) -> Wanted:
    """This function will say what a query or a body asks for.

    Raises:
        ExportRefused: there is no such export.
    """
    return Wanted(
        kind=Kind(details["kind"]),
        layout=Layout(details.get("layout", Layout.NATIVE)),
        writing=Writing(details["as"]),
        since=details.get("since"),
        states=tuple(details.get("states", ())),
        published=details.get("published"),
    )


class ExportOutput(serializers.ModelSerializer[ExportJob]):
    """How an export is doing. `rows_expected` is known once it runs; `file` is null until it is
    done, and when it has expired."""

    id = serializers.UUIDField(source="public_id")
    options = serializers.DictField()
    file = serializers.SerializerMethodField()

    class Meta:
        model = ExportJob
        fields = [
            "id",
            "kind",
            "options",
            "state",
            "rows_done",
            "rows_expected",
            "size_bytes",
            "failure",
            "file",
            "created_at",
            "started_at",
            "finished_at",
            "expires_at",
        ]
        read_only_fields = fields

    def get_file(self, job: ExportJob) -> str | None:
        """This function will lead to the file."""
        return reverse("export-file", args=[job.public_id]) if job.has_file else None
