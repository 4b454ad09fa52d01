"""Moving in: the customers of another shop."""

from apps.accounts.scopes import Scope
from apps.interchange.differences import people_sums, people_words
from apps.interchange.formats.native_customers import read_native_customers
from apps.interchange.kinds import Kind, register
from apps.interchange.services.revert_person import revert_person
from apps.interchange.services.write_people import PeopleImporter

CUSTOMERS = register(
    Kind(
        name="customers",
        noun="customers",
        scopes=(Scope.WRITE_CUSTOMERS,),
        measure=people_sums,
        describe=people_words,
        formats={"native": read_native_customers},
        importer=PeopleImporter,
        revert=revert_person,
    )
)
