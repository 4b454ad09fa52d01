"""What a stock-take asks: which goods, how many there are, and why they were counted."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.inventory.admin.stock_forms import NoteInput, QuantityInput
from apps.inventory.count_lines import MOST_LINES, CountLine, read_count_lines
from apps.inventory.models import Warehouse
from apps.stores.models import Store

_MOST_BYTES = 64 * 1024


class StartForm(forms.Form):
    """Which shelves."""

    step = forms.CharField(widget=forms.HiddenInput, initial="open", required=False)
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), widget=UnfoldAdminSelectWidget, to_field_name="code"
    )
    first = forms.CharField(
        label="Begin with SKU",
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text="Shelves come in the order of their SKUs. Empty: from the first one.",
    )
    lines = forms.CharField(
        label="Or these SKUs",
        required=False,
        max_length=_MOST_BYTES,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=(
            f"At most {MOST_LINES}, one on a line; what was counted may stand behind each, "
            "after a comma, a semicolon or a tab."
        ),
    )
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="SKU and what was counted, UTF-8.",
    )

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warehouses: Any = self.fields["warehouse"]
        warehouses.queryset = Warehouse.objects.for_store(store).order_by("priority", "pk")

    def clean_file(self) -> str:
        """This function will return the file as text."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > _MOST_BYTES:
            raise ValidationError(f"It is larger than {_MOST_BYTES // 1024} KB.")
        content: bytes = file.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError("It is not UTF-8 text: save it as CSV UTF-8.") from error
        if "\x00" in text:
            raise ValidationError("It is binary, not text.")
        return text

    def clean(self) -> dict[str, Any]:
        """This function will read the list, wherever it stands."""
        cleaned = super().clean() or {}
        text = "\n".join(filter(None, [cleaned.get("lines"), cleaned.get("file")]))
        listed: list[CountLine] = read_count_lines(text)
        if len(listed) > MOST_LINES:
            raise ValidationError(f"At most {MOST_LINES} SKUs at once; these are {len(listed):,}.")
        return cleaned | {"listed": listed}


class CountsForm(forms.Form):
    """What was counted of each SKU; what stays empty was not."""

    def __init__(self, *args: Any, rows: list[tuple[str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, (sku, _) in enumerate(rows):
            self.fields[field_name(place)] = QuantityInput(label=sku, required=False)

    def counted(self, place: int) -> int | None:
        """This function will return what was counted of a row."""
        counted: int | None = self.cleaned_data.get(field_name(place))
        return counted


def field_name(place: int) -> str:
    """This function will return what the input of a row is called."""
    return f"counted-{place}"


class ReasonForm(forms.Form):
    """Why, with the sheet that is counted."""

    step = forms.CharField(widget=forms.HiddenInput, initial="preview", required=False)
    sheet = forms.CharField(widget=forms.HiddenInput)
    reason = NoteInput(initial="Stock-take")


class SettledForm(ReasonForm):
    """The same once all is said: nothing is left to type."""

    step = forms.CharField(widget=forms.HiddenInput, initial="apply", required=False)
    reason = forms.CharField(widget=forms.HiddenInput, max_length=200)
