"""Who the people of a file are in the store."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.models import User
from apps.stores.models import Store


def index_of(email: str) -> str:
    """This function will return what addresses are compared by; case does not matter."""
    field: Any = User._meta.get_field("email_index")
    return str(field.index_of(email))


class KnownPeople:
    """The people a store knows among those that some records name: the number of the other shop
    tells first, then the address."""

    def __init__(self, store: Store, records: Iterable[Any]) -> None:
        emails = {one.email for one in records if one.email}
        numbers = {one.external_id for one in records if one.external_id}
        self._by_email: dict[str, User] = {}
        self._by_number: dict[str, User] = {}
        if emails or numbers:
            known = User.objects.known_by(store=store, emails=emails, external_ids=numbers)
            for person in known:
                self.add(person, is_home=person.store_id == store.pk)

    def add(self, person: User, *, is_home: bool = True) -> None:
        """This function will know one more."""
        if person.email_index:
            self._by_email[person.email_index] = person
        if person.external_id and is_home:
            self._by_number[person.external_id] = person

    def find(self, record: Any) -> User | None:
        """This function will return whom a record names, if the store knows them."""
        found = self._by_number.get(record.external_id) if record.external_id else None
        if found is None and record.email:
            found = self._by_email.get(index_of(record.email))
        return found

    def by_email(self, record: Any) -> User | None:
        """This function will return who has the address of a record."""
        return self._by_email.get(index_of(record.email)) if record.email else None
