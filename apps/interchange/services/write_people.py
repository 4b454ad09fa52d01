"""Planning and writing customers of another shop."""

from collections.abc import Sequence

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.past import PastPerson
from apps.interchange.formats.past_record import PersonRecord
from apps.interchange.formats.record import Fault
from apps.interchange.kinds import Import, Planned, Written, refused
from apps.interchange.past_people import KnownPeople, index_of
from apps.interchange.report import Result

_UNPROVEN = "is an account whose address nobody has verified: it may be anybody's"
_KEPT = ("email", "external_id", "full_name", "metadata")


class PeopleImporter:
    """Plans and writes customers of one run."""

    def __init__(self, run: Import) -> None:
        self._run = run

    def plan(self, records: Sequence[PersonRecord]) -> list[Planned]:
        """This function will compare records with the people of the store."""
        known = KnownPeople(self._run.store, records)
        seen: dict[str, int] = {}
        return [self._judge(record, known, seen) for record in records]

    def write(self, planned: Sequence[Planned]) -> list[Written]:
        """This function will add and complete all of them, or raise."""
        store, by = self._run.store, self._run.by
        new = [one for one in planned if one.work is None]
        added = accounts.import_people(
            store=store, people=[_said(one.record) for one in new], by=by
        )
        written = {
            one.record.line: Written(target=person.public_id, version=person.version)
            for one, person in zip(new, added, strict=True)
        }
        known = {one.work.pk: one for one in planned if one.work is not None}
        before = {
            pk: {name: getattr(one.work, name) for name in _KEPT} for pk, one in known.items()
        }
        said = {pk: _said(one.record) for pk, one in known.items()}
        versions = {pk: one.work.version for pk, one in known.items()}
        changed = accounts.update_people(store=store, people=said, by=by, versions=versions)
        for pk, person in changed.items():
            written[known[pk].record.line] = Written(
                target=person.public_id, version=person.version, before=before[pk]
            )
        return [written[one.record.line] for one in planned]

    def settle(self) -> None:
        """This function will do nothing: nothing is remembered."""

    forget = discard = settle

    def _judge(self, record: PersonRecord, known: KnownPeople, seen: dict[str, int]) -> Planned:
        person = known.find(record)
        reason = _reason_against(record, person, known, seen, home=self._run.store.pk)
        if reason:
            return refused(record, Fault(line=record.line, reason=reason))
        if person is None:
            return Planned(record=record, result=Result.CREATED)
        as_read = {name: getattr(person, name) for name in _KEPT}
        is_changed = bool(accounts.fields_to_change(person=person, said=_said(record)))
        for name, value in as_read.items():
            setattr(person, name, value)
        result = Result.CHANGED if is_changed else Result.UNCHANGED
        return Planned(record=record, result=result, work=person)


def _reason_against(
    record: PersonRecord,
    person: User | None,
    known: KnownPeople,
    seen: dict[str, int],
    *,
    home: int,
) -> str:
    names = [f"number {record.external_id}"] if record.external_id else []
    names += [index_of(record.email)] if record.email else []
    earlier = next((seen[name] for name in names if name in seen), None)
    seen.update(dict.fromkeys(names, record.line))
    if earlier is not None:
        return f"is the same person as line {earlier}: its address or its number is used there"
    if person is None:
        return ""
    if person.store_id != home or person.is_staff or person.is_superuser:
        return "is one of the staff, whom no file changes"
    if person.erased_at is not None:
        return "was forgotten, and stays so"
    other = known.by_email(record)
    if other is not None and other.pk != person.pk:
        return "its number is one person's, and its address is another's"
    return _UNPROVEN if person.is_unproven else ""


def _said(record: PersonRecord) -> PastPerson:
    return PastPerson(
        email=record.email,
        external_id=record.external_id,
        full_name=record.full_name,
        created_at=record.created_at,
        is_active=record.is_active,
        metadata=record.metadata,
    )
