"""One writer at a time of what is somebody's."""

from apps.accounts.models import User
from apps.core.transactions import requires_transaction


@requires_transaction
def lock_person(*, person: User) -> User:
    """This function will lock a person and return them as they now are.

    People come first in the order of locks. Who is being forgotten holds the same lock.

    Raises:
        PersonErased: they were forgotten meanwhile.
    """
    (current,) = User.objects.filter(pk=person.pk).locked()
    current.require_known()
    return current
