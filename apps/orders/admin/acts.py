"""What staff do with one order: each a page that asks, and then calls a service."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.admin import LedgerAdmin
from apps.core.form_page import form_page
from apps.orders import services
from apps.orders.admin import possible
from apps.orders.admin.act_forms import ArrivalForm, CancelForm, MailForm, NoteForm
from apps.orders.admin.shipping import ShipForm
from apps.orders.models import Order
from apps.orders.transitions import OrderState


class OrderActs(LedgerAdmin):
    """The buttons of an order's page. Each is there for who holds its scope, and while the order
    is as it takes."""

    actions_detail: ClassVar[Any] = ["ship", "mark_arrived", "cancel_order", "note", "mail"]
    possible: ClassVar[dict[str, Callable[[Order], bool]]] = {
        "ship": possible.can_be_shipped,
        "mark_arrived": possible.can_arrive,
        "cancel_order": possible.can_be_canceled,
        "note": possible.can_be_noted,
        "mail": possible.can_be_written_about,
    }
    change_form_outer_before_template = "admin/orders/acts.html"

    def has_handle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may act on orders; nobody edits them."""
        return holds(request.user, Scope.WRITE_ORDERS)

    def has_fulfil_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may ship orders."""
        return holds(request.user, Scope.FULFIL_ORDERS)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """This function will read an order once for each request that looks at it."""
        if request.method != "GET":
            return super().get_object(request, object_id, from_field)
        known: dict[Any, Any] = request.__dict__.setdefault("_orders", {})
        if (object_id, from_field) not in known:
            known[object_id, from_field] = super().get_object(request, object_id, from_field)
        return known[object_id, from_field]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """This function will read orders together with whose they are."""
        return super().get_queryset(request).select_related("customer")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """This function will offer what is allowed to the person, and possible with the order."""
        allowed = super().get_actions_detail(request, object_id)
        order = self.get_object(request, str(object_id)) if object_id else None
        if order is None:
            return allowed
        begins = f"{self.opts.app_label}_{self.opts.model_name}_"
        return [
            one for one in allowed if self.possible[one.action_name.removeprefix(begins)](order)
        ]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """This function will show the buttons on the page itself, where they are reached on every
        screen and with every keyboard."""
        context["acts"] = context.pop("actions_detail", [])
        return super().render_change_form(request, context, *args, **kwargs)

    def opened(self, request: HttpRequest, object_id: str, act: str) -> Order | HttpResponse:
        """This function will return the order to act on, or the answer when there is none, or when
        it is not as the act takes. What is sent all the same, the service refuses."""
        order = self.get_object(request, object_id)
        if order is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST" or self.possible[act](order):
            return order
        refusal = f"The order is {order.state}: this cannot be done with it as it is now."
        self.message_user(request, refusal, messages.ERROR)
        return HttpResponseRedirect(self.page_of(order))

    def page_of(self, order: Order) -> str:
        """This function will return where an order is shown."""
        return reverse("admin:orders_order_change", args=[order.pk])

    def asked(
        self,
        request: HttpRequest,
        order: Order,
        form: forms.Form,
        act: Callable[[], str | HttpResponse],
        **shown: Any,
    ) -> HttpResponse:
        """This function will ask what an act takes, and lead back to the order."""
        return form_page(self, request, form=form, act=act, back=self.page_of(order), **shown)

    @action(description="Ship", url_path="ship", permissions=["fulfil"], icon="local_shipping")
    def ship(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask what leaves, and by whom, and ship it."""
        order = self.opened(request, object_id, "ship")
        if isinstance(order, HttpResponse):
            return order
        form = ShipForm(sent(request), order=order)

        def act() -> str:
            form.ship(by=request.user, now=timezone.now())
            return f"{order} was shipped as you said."

        intro = "What is left out stays for another shipment."
        return self.asked(
            request, order, form, act, title=f"Ship {order}", intro=intro, submit="Ship"
        )

    @action(
        description="Mark delivered",
        url_path="deliver",
        permissions=["fulfil"],
        icon="package_2",
    )
    def mark_arrived(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask what has arrived, and record it."""
        order = self.opened(request, object_id, "mark_arrived")
        if isinstance(order, HttpResponse):
            return order
        form = ArrivalForm(sent(request), order=order)

        def act() -> str:
            form.arrive(by=request.user, now=timezone.now())
            return f"What arrived of {order} is recorded."

        title = f"Mark {order} as delivered"
        return self.asked(request, order, form, act, title=title, submit="Mark delivered")

    @action(description="Cancel", url_path="cancel", permissions=["handle"], icon="cancel")
    def cancel_order(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask why, and cancel the order that was seen."""
        order = self.opened(request, object_id, "cancel_order")
        if isinstance(order, HttpResponse):
            return order
        form = CancelForm(sent(request), initial={"seen": order.version})

        def act() -> str:
            services.cancel_order(
                store=order.store,
                order_id=order.public_id,
                reason=form.cleaned_data["reason"],
                expected_version=form.cleaned_data["seen"],
                by=request.user,
                now=timezone.now(),
            )
            return f"{order} was canceled."

        is_paid = order.state == OrderState.PAID
        money = "The money that was received goes back by itself." if is_paid else ""
        intro = f"The goods are free for others again, and the customer is told. {money}"
        return self.asked(
            request, order, form, act, title=f"Cancel {order}", intro=intro, submit="Cancel order"
        )

    @action(description="Add note", url_path="note", permissions=["handle"], icon="add_comment")
    def note(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask what is to be remembered, and write it down."""
        order = self.opened(request, object_id, "note")
        if isinstance(order, HttpResponse):
            return order
        form = NoteForm(sent(request))

        def act() -> str:
            services.record_note(
                store=order.store,
                order_id=order.public_id,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["key"],
                by=request.user,
                now=timezone.now(),
            )
            return "The note was added."

        title = f"Add a note to {order}"
        return self.asked(request, order, form, act, title=title, submit="Add note")

    @action(description="Send mail again", url_path="mail", permissions=["handle"], icon="mail")
    def mail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask which mail is to be sent once more, and have it sent."""
        order = self.opened(request, object_id, "mail")
        if isinstance(order, HttpResponse):
            return order
        form = MailForm(sent(request), order=order)
        return self.asked(
            request,
            order,
            form,
            lambda: f"“{form.send(by=request.user)}” is on its way to the customer.",
            title=f"Send a mail about {order} again",
            intro="It says how things are now, and stands in the log of mails beside the first.",
            submit="Send",
        )


def sent(request: HttpRequest) -> Any:
    """This function will return what a form was filled with, if it was sent."""
    return request.POST if request.method == "POST" else None
