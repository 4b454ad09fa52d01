from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.hashers import make_password, verify_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import EmailValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.errors import PersonErased
from apps.accounts.masking import masked_email
from apps.accounts.password_hashers import named_hash
from apps.accounts.scopes import Scope, scopes_of
from apps.core.encrypted_fields import (
    BlindIndexField,
    EncryptedJSONField,
    EncryptedLineField,
    IndexedLineField,
)
from apps.core.models import VersionedRecord
from apps.stores.models import Store, StoreOwned, StoreScopedQuerySet

_STAFF = Q(is_staff=True) | Q(is_superuser=True)


class UserManager(BaseUserManager.from_queryset(StoreScopedQuerySet["User"])):  # type: ignore[misc]
    """Makes people; e-mail addresses are compared without regard to case."""

    def create_user(
        self, *, store: Store, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """This function will save a new person with a hashed password."""
        user = self.model(store=store, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str | None = None) -> "User":
        """This function will save an operator of the installation, of the default store."""
        return self.create_user(
            store=Store.objects.default(),
            email=email,
            password=password,
            is_staff=True,
            is_superuser=True,
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        """This function will return the person whom the default store knows by this address."""
        person = self.with_email(store=Store.objects.default(), email=username or "")
        if person is None:
            raise self.model.DoesNotExist
        return person

    def customers(self, *, store: Store) -> "models.QuerySet[User]":
        """This function will keep a store's customers; its staff, and operators, are none."""
        return self.filter(store=store, is_staff=False, is_superuser=False)

    def with_email(self, *, store: Store, email: str) -> "User | None":
        """This function will return the person a store knows by this address.

        Whoever is at home there comes first, then its staff, then an operator, who is known
        everywhere. One statement finds any of them, so that a look-up takes as long for a stranger
        as for anybody else.
        """
        member = self.model.memberships.rel.related_model.objects.for_store(store)
        named = self.filter(Q(store=store) | _STAFF, email=email)
        found = named.annotate(is_member=Exists(member.filter(person=OuterRef("pk"))))
        known = [one for one in found if one.belongs_there(store, is_member=one.is_member)]
        return min(
            known, key=lambda one: (one.store_id != store.pk, not one.is_member), default=None
        )

    def known_by(
        self, *, store: Store, emails: Collection[str], external_ids: Collection[str]
    ) -> "list[User]":
        """This function will return the people a store knows by one of some addresses, or of some
        numbers of another shop. Who is at home there comes last."""
        member = Q(pk__in=self.filter(memberships__store=store).values("pk"))
        there = Q(store=store) | member | Q(is_superuser=True)
        numbered = Q(store=store, external_id__in=external_ids)
        found = self.filter(numbered | there & Q(email__in=emails))
        return sorted(found, key=lambda one: (one.store_id == store.pk, one.pk))

    def staff_of(self, store: Store) -> "QuerySet[User]":
        """This function will return the active people who have a role in a store, and the operators
        who are at home there."""
        member = Q(pk__in=self.filter(memberships__store=store).values("pk"))
        return self.filter(member | Q(is_superuser=True, store=store), is_active=True)


class User(StoreOwned, VersionedRecord, AbstractBaseUser, PermissionsMixin):
    """A customer of one store, who may have roles in several; a superuser is at home in all.

    `is_staff` is true exactly while somebody has a role anywhere, or is a superuser.

    Who was forgotten (`erased_at`) has no address and no name, and is only what orders refer to.

    Who came from another shop may have no address either: then they are known by the number that
    shop gave them (`external_id`), or, as guests were, by nothing. Nobody can log in as them until
    staff write down an address.
    """

    email = IndexedLineField(max_length=254, index="email_index", validators=[EmailValidator()])
    email_index = BlindIndexField(of="email")
    full_name = EncryptedLineField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    # What another shop called them. It stays when they are forgotten, so that the file of that
    # shop does not bring them back.
    external_id = models.CharField(max_length=100, null=True, editable=False)
    # What another shop knew of them and Tradepost has no place for.
    metadata = EncryptedJSONField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    # When the person showed that mail to the address reaches them.
    email_verified_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "email_index"], name="user_email_once_in_store"
            ),
            models.UniqueConstraint(
                fields=["store", "external_id"], name="user_external_id_once_in_store"
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="user_external_id_is_one_or_none"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(email_index__isnull=True, is_active=False),
                name="user_erased_is_nobody",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="user_by_store_and_time"),
            models.Index(fields=["email_index"], condition=_STAFF, name="staff_by_email"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)  # Django's admin keeps it in clear, with what was done

    def get_full_name(self) -> str:
        """This function will return what the staff site calls who has logged in."""
        return self.full_name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """This function will save the person, and never an address without its index."""
        if update_fields is not None and "email" in update_fields:
            update_fields = {*update_fields, "email_index"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def label(self) -> str:
        """How staff call the person."""
        if self.email or self.erased_at is not None:
            return self.email or "forgotten"
        return f"number {self.external_id}" if self.external_id else "a guest"

    @property
    def masked_label(self) -> str:
        """How staff call the person who need not know who it is."""
        return masked_email(self.email) if self.email else self.label

    def require_known(self) -> None:
        """This function will demand that the person is not forgotten: nothing is written about
        nobody. Call it on a locked row.

        Raises:
            PersonErased: they are.
        """
        if self.erased_at is not None:
            raise PersonErased

    def check_password(self, raw_password: str | None) -> bool:
        """This function will tell whether it is the person's password.

        A hash by an older hasher is replaced on the way. That is no change of the person: it counts
        no version up, and gives way to a new password that somebody sets meanwhile.
        """
        known = self.password
        is_right, is_outdated = verify_password(raw_password, named_hash(known))
        if not (is_right and is_outdated):
            return is_right
        fresh = make_password(raw_password)
        mine = type(self).objects.filter(pk=self.pk)
        if mine.filter(password=known).update(password=fresh):
            self.password = fresh
            return True
        self.password = mine.values_list("password", flat=True).first() or ""
        return verify_password(raw_password, named_hash(self.password))[0]

    # What sets a person apart from an API key, which may be the caller too.
    is_person = True
    # Where the person acts: set once for each request, when it is known who asks, and where.
    _store: Store | None = None
    _roles: frozenset[str] | None = None

    def act_at(self, store: Store, *, roles: Collection[str] | None = None) -> None:
        """This function will have the person's rights be those they have at a store.

        `roles` are those the person has there, where they were read along; else they are read when
        they are first asked for. Without this call it is the person's home store.
        """
        self._store = store
        self._roles = None if roles is None else frozenset(roles)

    @property
    def here(self) -> Store:
        """The store where the person acts."""
        return self._store or self.store

    @property
    def roles(self) -> frozenset[str]:
        """What the person is in the store where they act; customers are nothing in particular."""
        if self._roles is None:
            self._roles = self._read_roles(self._store.pk if self._store else self.store_id)
        return self._roles

    @property
    def scopes(self) -> frozenset[str]:
        """The rights that the person's roles give where they act."""
        return frozenset(Scope) if self.is_superuser else scopes_of(self.roles)

    def has_scope(self, scope: str) -> bool:
        """This function will tell whether the person has a right where they act."""
        return self.is_active and scope in self.scopes

    @property
    def is_email_verified(self) -> bool:
        """Whether the person has shown that mail to their address reaches them."""
        return self.email_verified_at is not None

    @property
    def is_unproven(self) -> bool:
        """Whether somebody has given themselves a password for an address that nobody has shown to
        be theirs: it may be anybody's. Who came from another shop has none until they follow a
        link that was mailed to it."""
        has_chosen = bool(self.email) and self.has_usable_password()
        return has_chosen and not self.is_email_verified

    def scopes_at(self, store: Store) -> frozenset[str]:
        """The rights that the person's roles give at a store, wherever they act."""
        return frozenset(Scope) if self.is_superuser else scopes_of(self._roles_at(store))

    def belongs_to(self, store: Store) -> bool:
        """This function will tell whether the person may be logged in at a store: at home, and
        wherever they have a role."""
        return self.belongs_there(store) or bool(self._roles_at(store))

    def belongs_there(self, store: Store, *, is_member: bool = False) -> bool:
        """This function will tell the same, for a caller who knows whether they have a role."""
        return self.is_superuser or self.store_id == store.pk or is_member

    def _roles_at(self, store: Store) -> frozenset[str]:
        acts_there = self._store is not None and self._store.pk == store.pk
        return self.roles if acts_there else self._read_roles(store.pk)

    def _read_roles(self, store_id: int) -> frozenset[str]:
        rows = self.memberships.filter(store_id=store_id) if self.is_staff else ()
        return frozenset(membership.role for membership in rows)
