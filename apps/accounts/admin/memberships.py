"""Who is what in the store."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldBooleanSwitchWidget

from apps.accounts import services
from apps.accounts.errors import AddressUnproven, PersonNotFound
from apps.accounts.models import Membership, User
from apps.accounts.scopes import Role, Scope
from apps.core.admin import as_id
from apps.core.service_admin import ServiceAdmin, ServiceForm


class MembershipForm(ServiceForm):
    email = forms.EmailField(
        widget=UnfoldAdminEmailInputWidget, help_text="Of somebody whom the store knows."
    )
    vouched = forms.BooleanField(
        label="I know that it is their account",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="For somebody who has not verified the address: anybody can register with it.",
    )

    class Meta:
        model = Membership
        fields = ["role"]


@admin.register(Membership)
class MembershipAdmin(ServiceAdmin):
    """Roles are given here, and taken away; nobody edits one."""

    read_scope = Scope.MANAGE_STAFF
    write_scope = Scope.MANAGE_STAFF
    form = MembershipForm
    list_display = ["who", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["person"]
    search_fields = ["person__email__exact"]
    id_fields = ["public_id", "person__public_id"]
    search_help_text = "A whole e-mail address, or an id"
    ordering = ["-pk"]
    actions = ["withdraw"]

    def get_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        """This function will ask for an address, and show the person."""
        if obj is None:
            return ["email", "vouched", "role", "seen"]
        return ["who", "person", "role", "public_id", "created_at"]

    @display(description="Person")
    def who(self, membership: Membership) -> str:
        """This function will name the member."""
        return membership.person.label

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """This function will tell who may take roles away."""
        return self.may_write(request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """This function will fill in whom the page before was about: by id, for addresses of people
        do not belong into addresses of pages."""
        store, wanted = request.store, as_id(request.GET.get("person", ""))  # type: ignore[attr-defined]
        person = User.objects.for_store(store).filter(public_id=wanted).first() if wanted else None
        return {"email": person.email} if person else {}

    def create(self, request: HttpRequest, details: dict[str, Any]) -> Membership:
        """This function will give a role to somebody whom the store knows. Only an operator gives
        one to people of other stores: nobody else is to learn who they are."""
        store = request.store  # type: ignore[attr-defined]
        person = User.objects.with_email(store=store, email=details["email"])
        if request.user.is_superuser:
            person = services.find_person(email=details["email"], store=store)
        if person is None:
            raise PersonNotFound("The store knows nobody by this address.")
        if not (person.is_email_verified or person.is_staff or details.get("vouched")):
            raise AddressUnproven("They have not verified this address. Is it their account?")
        role = Role(details["role"])
        return services.grant_role(person=person, store=store, role=role, by=request.user)

    @admin.action(description="Withdraw", permissions=["handle"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """This function will take the chosen roles away."""

        def act(membership: Membership) -> None:
            services.withdraw_role(
                person=membership.person,
                store=membership.store,
                role=Role(membership.role),
                by=request.user,
            )

        self.each(request, queryset.select_related("person", "store"), act, done="withdrawn")
