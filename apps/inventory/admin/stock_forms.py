"""What staff say of goods: that they came, were counted, or go elsewhere."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.ids import uuid7
from apps.core.service_admin import ServiceForm
from apps.events.actors import Actor
from apps.inventory import services as inventory
from apps.inventory.models import MOST_ON_HAND, StockItem, Warehouse


class QuantityInput(forms.IntegerField):
    """A whole number of goods."""

    def __init__(self, *, min_value: int = 0, **kwargs: Any) -> None:
        super().__init__(
            min_value=min_value,
            max_value=MOST_ON_HAND,
            widget=UnfoldAdminIntegerFieldWidget,
            **kwargs,
        )


class NoteInput(forms.CharField):
    """Why it happened, for those who read the ledger."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, widget=UnfoldAdminTextInputWidget, **kwargs)


class ItemForm(forms.Form):
    """Something that is done with what a warehouse has of a variant."""

    def __init__(self, *args: Any, item: StockItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item

    def act(self, by: Actor) -> str:
        """This function will do what the form says, and tell what is there then."""
        raise NotImplementedError

    @property
    def place(self) -> dict[str, Any]:
        """Which goods, and where, in the words of the services."""
        item = self.item
        return {"store": item.store, "variant": item.variant, "warehouse": item.warehouse}


class OnceInput(forms.UUIDField):
    """By which a form that is sent twice is known again."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=uuid7)


class ReceiveForm(ItemForm):
    """Goods that arrived."""

    quantity = QuantityInput(min_value=1)
    note = NoteInput(required=False)
    reference = OnceInput()

    def act(self, by: Actor) -> str:
        """This function will receive them."""
        return described(inventory.receive_stock(by=by, **self.place, **self.cleaned_data))


class AdjustForm(ItemForm):
    """A count."""

    expected_on_hand = QuantityInput(
        label="On record", help_text="As it was when this page was opened."
    )
    quantity = QuantityInput(label="Counted")
    reason = NoteInput()

    def act(self, by: Actor) -> str:
        """This function will put the count on record."""
        return described(inventory.adjust_stock(by=by, **self.place, **self.cleaned_data))


class TransferForm(ItemForm):
    """Goods that go to another warehouse."""

    destination = forms.ModelChoiceField(
        Warehouse.objects.none(), label="To", widget=UnfoldAdminSelectWidget
    )
    quantity = QuantityInput(min_value=1)
    note = NoteInput(required=False)
    reference = OnceInput()

    def __init__(self, *args: Any, item: StockItem, **kwargs: Any) -> None:
        super().__init__(*args, item=item, **kwargs)
        others = Warehouse.objects.for_store(item.store).exclude(pk=item.warehouse_id)
        destination: Any = self.fields["destination"]
        destination.queryset = others.order_by("priority", "pk")

    def act(self, by: Actor) -> str:
        """This function will move them; what is reserved stays."""
        here, there = inventory.transfer_stock(
            store=self.item.store,
            variant=self.item.variant,
            source=self.item.warehouse,
            by=by,
            **self.cleaned_data,
        )
        return f"{here.on_hand} on hand in {here.warehouse}, {there.on_hand} in {there.warehouse}."


class ThresholdForm(ItemForm):
    """When staff want to hear that it runs out."""

    low_stock_threshold = QuantityInput(
        required=False,
        label="Low with",
        help_text="Staff are told when no more than so many are left. Empty: the usual number.",
    )

    def act(self, by: Actor) -> str:
        """This function will keep the number."""
        changed = inventory.change_low_stock_threshold(
            store=self.item.store,
            item_id=self.item.pk,
            threshold=self.cleaned_data["low_stock_threshold"],
            by=by,
        )
        return described(changed)


def described(item: StockItem) -> str:
    """This function will tell what is there now."""
    return f"{item.on_hand} on hand, low with {item.threshold}."


class FirstGoodsForm(ServiceForm):
    """The first goods of a variant in a warehouse."""

    quantity = QuantityInput(min_value=1)
    note = NoteInput(required=False)
    reference = OnceInput()

    class Meta:
        model = StockItem
        fields = ["variant", "warehouse"]
