"""What accounts, and the apps below it, hold about people."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from apps.accounts import services
from apps.accounts.data_registry import Erasure, Kept, Reason, Section, register
from apps.accounts.events import AddressDeleted
from apps.accounts.models import (
    Address,
    EndReason,
    Membership,
    OneTimeToken,
    RecoveryCode,
    SecondFactor,
    TokenFamily,
    User,
)
from apps.core.batches import one_by_one
from apps.events import services as events
from apps.events.actors import actor_reference
from apps.idempotency import services as idempotency
from apps.mail.models import SentMail
from apps.stores.models import Store


def _account(person: User) -> Iterable[dict[str, Any]]:
    yield {
        "id": person.public_id,
        "store": person.store.slug,
        "email": person.email,
        "email_verified_at": person.email_verified_at,
        "full_name": person.full_name,
        "external_id": person.external_id,
        "metadata": person.metadata,
        "is_active": person.is_active,
        "is_staff": person.is_staff,
        "created_at": person.created_at,
        "updated_at": person.updated_at,
        "last_login": person.last_login,
    }


def _forget_account(erasure: Erasure) -> Iterable[Kept]:
    """The row is what orders refer to. It names nobody any more."""
    person = erasure.person
    person.email = person.full_name = ""
    person.metadata = None
    person.set_unusable_password()
    person.is_active = person.is_staff = False
    person.last_login = person.email_verified_at = None
    person.erased_at = person.erased_at or erasure.now
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    return [Kept(section="account", count=1, reason=Reason.ACCOUNTABILITY)]


def _roles(person: User) -> Iterator[dict[str, Any]]:
    for one in Membership.objects.filter(person=person).select_related("store").order_by("pk"):
        yield {"store": one.store.slug, "role": one.role, "since": one.created_at}


def _addresses(person: User) -> Iterator[dict[str, Any]]:
    for one in one_by_one(Address.objects.filter(owner=person)):
        yield {
            "id": one.public_id,
            "full_name": one.full_name,
            "company": one.company,
            "street": one.street,
            "street_extra": one.street_extra,
            "postal_code": one.postal_code,
            "city": one.city,
            "region": one.region,
            "country": one.country.code,
            "phone": one.phone,
            "is_default": one.is_default,
            "created_at": one.created_at,
            "updated_at": one.updated_at,
        }


def _forget_addresses(erasure: Erasure) -> Iterable[Kept]:
    person = erasure.person
    for address in Address.objects.filter(owner=person).select_related("store").locked():
        gone = AddressDeleted(aggregate_id=address.public_id, customer_id=person.public_id)
        events.publish(gone, store=address.store, by=erasure.by)
        address.delete()
    return []


def _sessions(person: User) -> Iterator[dict[str, Any]]:
    for one in one_by_one(TokenFamily.objects.filter(person=person)):
        yield {
            "id": one.public_id,
            "created_at": one.created_at,
            "last_used_at": one.last_used_at,
            "expires_at": one.expires_at,
            "ended_at": one.ended_at,
            "end_reason": one.end_reason,
        }


def _forget_sessions(erasure: Erasure) -> Iterable[Kept]:
    services.end_sessions(person=erasure.person, reason=EndReason.ERASED, by=erasure.by)
    TokenFamily.objects.filter(person=erasure.person).delete()
    return []


def _mailed_links(person: User) -> Iterator[dict[str, Any]]:
    for one in OneTimeToken.objects.filter(person=person).order_by("pk"):
        yield {
            "purpose": one.purpose,
            "created_at": one.created_at,
            "expires_at": one.expires_at,
            "used_at": one.used_at,
        }


def _forget_mailed_links(erasure: Erasure) -> Iterable[Kept]:
    OneTimeToken.objects.filter(person=erasure.person).delete()
    return []


def _second_factor(person: User) -> Iterator[dict[str, Any]]:
    left = RecoveryCode.objects.filter(person=person, used_at__isnull=True).count()
    for one in SecondFactor.objects.filter(user=person):
        yield {
            "created_at": one.created_at,
            "confirmed": one.confirmed,
            "recovery_codes_left": left,
        }


def _forget_second_factor(erasure: Erasure) -> Iterable[Kept]:
    SecondFactor.objects.filter(user=erasure.person).delete()
    RecoveryCode.objects.filter(person=erasure.person).delete()
    return []


def _mails(person: User) -> Iterator[dict[str, Any]]:
    theirs = SentMail.objects.filter(recipient=actor_reference(person))
    for one in one_by_one(theirs, key="public_id"):
        yield {
            "id": one.public_id,
            "template": one.template,
            "state": one.state,
            "created_at": one.created_at,
            "sent_at": one.sent_at,
        }


def _keep_mails(erasure: Erasure) -> Iterator[Kept]:
    count = SentMail.objects.filter(recipient=actor_reference(erasure.person)).count()
    if count:
        yield Kept(section="mails", count=count, reason=Reason.ACCOUNTABILITY)


def _answers(person: User) -> Iterator[dict[str, Any]]:
    for one in idempotency.answers_of(caller=actor_reference(person), stores=_all_stores()):
        yield {"key": one.key, "status": one.status, "created_at": one.created_at}


def _forget_answers(erasure: Erasure) -> Iterable[Kept]:
    idempotency.forget_caller(caller=actor_reference(erasure.person), stores=_all_stores())
    return []


def _all_stores() -> list[UUID]:
    """Whoever had a role in another store may have shopped there, too."""
    return list(Store.objects.values_list("public_id", flat=True))


def _nothing(_: Erasure) -> Iterable[Kept]:
    return []


register(
    Section(name="account", rows=_account, forget=_forget_account),
    Section(name="roles", rows=_roles, forget=_nothing),
    Section(name="addresses", rows=_addresses, forget=_forget_addresses),
    Section(name="sessions", rows=_sessions, forget=_forget_sessions),
    Section(name="mailed_links", rows=_mailed_links, forget=_forget_mailed_links),
    Section(name="second_factor", rows=_second_factor, forget=_forget_second_factor),
    Section(name="mails", rows=_mails, forget=_keep_mails),
    Section(name="remembered_answers", rows=_answers, forget=_forget_answers),
)
