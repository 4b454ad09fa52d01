from copy import copy
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action, display
from unfold.forms import UserChangeForm, UserCreationForm

from apps.accounts import services
from apps.accounts.admin.passwords import GivenPasswordForm
from apps.accounts.admin.revealing import Revealing
from apps.accounts.admin.sections import SECTIONS, sections_for
from apps.accounts.events import CustomerRegistered, CustomerUpdated, EmailVerificationRequested
from apps.accounts.masking import masked_line
from apps.accounts.models import User
from apps.accounts.scopes import Scope
from apps.core.access import holds
from apps.core.form_page import form_page
from apps.core.service_admin import ServiceAdmin, ServiceForm
from apps.events import services as events
from apps.events.event import Event, changes_between
from apps.stores.models import Store

_WHAT_IS_FORGOTTEN = (
    "Name, e-mail address, address book and cart are gone for good, unpaid orders are canceled, "
    "and nobody can log in. Paid orders and invoices stay, as law demands."
)


class PersonForm(ServiceForm):
    """What adding and changing a person have in common: an address the store does not know yet."""

    store: Store

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        known = User.objects.with_email(store=self.store, email=email)
        if known is not None and known.pk != self.instance.pk:
            raise ValidationError("The store knows somebody by this address.", code="email_taken")
        return email


class NewPersonForm(PersonForm, UserCreationForm):
    class Meta:
        model = User
        fields = ["email", "full_name"]


class KnownPersonForm(PersonForm, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, type[forms.Field]] = {}


def _rights_of(person: User) -> dict[str, Any]:
    """What the record must tell of a change to a person; all else about them is their own."""
    return {"is_superuser": person.is_superuser}


@admin.register(User)
class UserAdmin(DjangoUserAdmin, Revealing, ServiceAdmin):
    """The people of the store. Only an operator decides who is staff, and touches who is."""

    read_scope = Scope.READ_CUSTOMERS
    write_scope = Scope.WRITE_CUSTOMERS
    aggregate_type = "customer"
    masked = {"email": "masked_address", "full_name": "masked_name"}
    sections = SECTIONS
    change_form_after_template = "admin/accounts/person_sections.html"
    form = KnownPersonForm
    add_form = NewPersonForm
    actions = ["reset_second_factors"]
    list_display = ["email", "full_name", "is_active", "is_staff", "created_at"]
    sortable_by = ["is_active", "is_staff", "created_at"]  # what is encrypted has no order
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email__exact", "external_id__exact"]
    id_fields = ["public_id"]
    search_help_text = "A whole e-mail address, a whole number elsewhere, or an id"
    ordering = ["-pk"]
    actions_detail = ["give_role", "forget"]
    filter_horizontal: list[str] = []
    readonly_fields = ["public_id", "external_id", "created_at", "last_login", "erased_at"]
    fieldsets = [
        (None, {"fields": ["email", "password", "full_name", "is_active"]}),
        ("Rights", {"fields": ["is_staff", "is_superuser", "roles_here"]}),
        (
            "Record",
            {"fields": ["public_id", "external_id", "created_at", "last_login", "erased_at"]},
        ),
    ]
    add_fieldsets = [(None, {"fields": ["email", "full_name", "password1", "password2"]})]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form: type[Any] = super().get_form(request, obj, **kwargs)
        form.store = request.store  # type: ignore[attr-defined]
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Roles make staff, and operators make operators."""
        rights = [
            "is_staff",
            "roles_here",
            *([] if request.user.is_superuser else ["is_superuser"]),
        ]
        return [*super().get_readonly_fields(request, obj), *rights]

    def person_of(self, row: User) -> User:
        return row

    def is_open(self, request: HttpRequest, row: User) -> bool:
        """This function will leave the form to who may change them."""
        return self.has_change_permission(request, row)

    @display(description="Email")
    def masked_address(self, person: User) -> str:
        """This function will tell somebody from others."""
        return person.masked_label

    @display(description="Full name")
    def masked_name(self, person: User) -> str:
        """This function will show how the name begins."""
        return masked_line(person.full_name)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """This function will add what else there is of somebody."""
        person = kwargs.get("obj")
        if person is not None:
            context["person_sections"] = sections_for(request, person, self.sections)
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description="Roles at home")
    def roles_here(self, person: User) -> str:
        """This function will name what somebody is in the store."""
        return ", ".join(sorted(person.roles)) or "none"

    def has_staffing_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may give roles, and reset second factors."""
        return holds(request.user, Scope.MANAGE_STAFF)

    @action(description="Give a role", url_path="role", permissions=["staffing"])
    def give_role(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will lead to the form that gives somebody a role."""
        person = self.get_object(request, object_id)
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        form = reverse("admin:accounts_membership_add")
        return HttpResponseRedirect(f"{form}?person={person.public_id}")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if isinstance(obj, User) and obj.erased_at is not None:
            return False  # who is forgotten is nobody any more
        theirs = isinstance(obj, User) and (obj.is_staff or obj.is_superuser)
        return super().has_change_permission(request, obj) and (
            not theirs or request.user.is_superuser
        )

    def has_forget_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may have a customer forgotten: whoever may change them."""
        return super().has_change_permission(request)

    @action(description="Forget", url_path="forget", permissions=["forget"])
    def forget(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will ask once more, and then forget the person for good."""
        person = self.get_object(request, object_id)
        if person is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def act() -> str:
            report = services.erase_person(person=person, by=request.user)
            stays = "; ".join(f"{one.count} {one.section}" for one in report.kept)
            return f"Forgotten. What stays: {stays}."

        return form_page(
            self,
            request,
            form=forms.Form(request.POST if request.method == "POST" else None),
            act=act,
            title=f"Forget {person.label}",
            intro=_WHAT_IS_FORGOTTEN,
            submit="Forget for good",
            back=reverse("admin:accounts_user_change", args=[person.pk]),
        )

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django's signature
        form_url: str = "",
    ) -> HttpResponse:
        """This function will have the form know who gives somebody a password."""
        of_this_request: Any = copy(self)
        of_this_request.change_password_form = partial(GivenPasswordForm, by=request.user)
        return DjangoUserAdmin.user_change_password(of_this_request, request, id, form_url)

    @admin.action(description="Reset the second factor", permissions=["staffing"])
    def reset_second_factors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """This function will let people who have lost it set up another."""
        reset = partial(services.reset_second_factor, by=request.user)
        self.each(
            request,
            people,
            lambda person: reset(person=person),
            done="without a second factor now",
            called=lambda person: person.label,
        )

    def save_model(
        self,
        request: HttpRequest,
        obj: User,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        before = self._locked(request, obj, form) if change else User()
        if not change:
            obj.store = request.store  # type: ignore[attr-defined]
        obj.is_staff = obj.is_superuser or (change and obj.memberships.exists())
        moved = change and "email" in form.changed_data
        if moved:
            obj.email_verified_at = None
        obj.save()
        changes = changes_between(_rights_of(before), _rights_of(obj))
        happened = CustomerUpdated if change else CustomerRegistered
        told: list[Event] = [happened(aggregate_id=obj.public_id, changes=changes)]
        told += [EmailVerificationRequested(aggregate_id=obj.public_id)] if moved else []
        events.publish(*told, store=obj.store, by=request.user)
        services.apply_activity(person=obj, was_active=before.is_active, by=request.user)

    def _locked(self, request: HttpRequest, obj: User, form: Any) -> User:
        """The person as they were before, locked: roles are given and withdrawn, passwords replaced
        and people forgotten under this lock. Only what the form changes is written over them."""
        (before,) = User.objects.filter(pk=obj.pk).select_related("store").locked()
        if not self.has_change_permission(request, before):
            raise PermissionDenied
        form.require_unchanged(before)
        asked = {name: getattr(obj, name) for name in form.changed_data}
        obj.__dict__.update({**before.__dict__, "_state": obj._state})
        for name, value in asked.items():
            setattr(obj, name, value)
        return before
