"""What staff are asked when they act on an order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.ids import uuid7
from apps.events.actors import Actor
from apps.orders import services
from apps.orders.attention import MONEY_IN_DOUBT
from apps.orders.desk_errors import MoneyInDoubt
from apps.orders.models import Order, Shipment
from apps.orders.models.order_note import MOST_LETTERS
from apps.orders.queries import sendable_letters
from apps.orders.transitions import OrderState
from apps.stores.validators import validate_line

_MOST_PARCELS = 50
_ALL = "all"


class HiddenFieldsForm(forms.Form):
    """Remembers what was when it was opened, out of sight."""

    def clean(self) -> dict[str, Any]:
        """This function will say where it is seen that what is out of sight makes no sense."""
        cleaned = super().clean() or {}
        if any(field.errors for field in self.hidden_fields()):
            raise forms.ValidationError("This form cannot be read. Open the page again.")
        return cleaned


class KeyedForm(HiddenFieldsForm):
    """Carries a key of its own, so that sent twice it acts once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)


def reason_field(help_text: str) -> forms.CharField:
    """This function will return the field that asks why."""
    return forms.CharField(
        label="Reason",
        max_length=200,
        validators=[validate_line],
        widget=UnfoldAdminTextInputWidget,
        help_text=help_text,
    )


class CancelForm(HiddenFieldsForm):
    """Why, and which version of the order the decision is about."""

    reason = reason_field("For staff and the record; the customer is not told.")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CancelManyForm(forms.Form):
    """Why, for all of them."""

    reason = reason_field("For staff and the record; the customers are not told.")


class LookedManyForm(HiddenFieldsForm):
    """What each order was flagged for when somebody looked. It asks nothing."""

    looked = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(self, *args: Any, orders: Iterable[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for order in orders:
            self.fields[f"flag_{order.pk}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=order.attention
            )

    def clear(self, order: Order, *, by: Actor) -> None:
        """This function will record that nobody has to look at one of them any more.

        Raises:
            MoneyInDoubt: it was flagged for what is settled order by order.
            FlagChanged: it is flagged for another reason by now.
        """
        seen = self.cleaned_data[f"flag_{order.pk}"]
        if seen in MONEY_IN_DOUBT:
            raise MoneyInDoubt
        services.clear_flag(
            store=order.store, order_id=order.public_id, by=by, expected_reason=seen
        )


class NoteForm(KeyedForm):
    """What is to be remembered about an order."""

    text = forms.CharField(
        label="Note",
        max_length=MOST_LETTERS,
        widget=UnfoldAdminTextareaWidget,
        help_text="For staff. It cannot be changed afterwards.",
    )


class MailForm(KeyedForm):
    """Which of the mails about an order is to be sent once more."""

    letter = forms.ChoiceField(label="Mail", widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        self.letters = {f"{one.letter}:{one.about}": one for one in sendable_letters(order)}
        choices: Any = self.fields["letter"]
        choices.choices = [(key, str(one)) for key, one in self.letters.items()]

    def send(self, *, by: Actor) -> str:
        """This function will have it sent, and return what it is called."""
        wanted = self.letters[self.cleaned_data["letter"]]
        services.request_mail(
            store=self.order.store,
            order_id=self.order.public_id,
            letter=wanted.letter,
            about=wanted.about,
            key=self.cleaned_data["key"],
            by=by,
        )
        return str(wanted)


class ArrivalForm(forms.Form):
    """What has arrived: one parcel, or all that is on its way."""

    parcel = forms.ChoiceField(label="What has arrived", widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        under_way = Shipment.objects.filter(order=order).under_way().order_by("pk")[:_MOST_PARCELS]
        all_of_it = [(_ALL, "The whole order")] if order.state == OrderState.SHIPPED else []
        choices: Any = self.fields["parcel"]
        choices.choices = [
            *all_of_it,
            *((str(one.public_id), f"{one}, left {one.shipped_at:%Y-%m-%d}") for one in under_way),
        ]

    def arrive(self, *, by: Actor, now: datetime) -> None:
        """This function will record it."""
        said = self.cleaned_data["parcel"]
        known: dict[str, Any] = {"store": self.order.store, "order_id": self.order.public_id}
        if said == _ALL:
            services.mark_order_delivered(**known, by=by, now=now)
        else:
            services.deliver_shipment(**known, shipment_id=UUID(said), by=by, now=now)
