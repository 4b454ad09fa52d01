from datetime import UTC, datetime

import pytest

from apps.accounts.models import User
from apps.accounts.tests.factories import MembershipFactory, UserFactory
from apps.events.models import Delivery, OutboxEvent
from apps.interchange import services
from apps.interchange.models import ImportBatch, ImportRow
from apps.interchange.tests.past_files import CUSTOMERS, broken_promises, run_import, text_of
from apps.orders.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

ADA = {
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "phone": "+44 20 7946 0000",
    "created_at": "2012-05-01T10:00:00Z",
    "external_id": "17",
    "metadata": '{"newsletter": true}',
}


@pytest.fixture
def imported(tmp_path, store):
    def run(*rows, header=CUSTOMERS, options=()):
        file = tmp_path / "customers.csv"
        file.write_text(text_of(header, *rows))
        return run_import("import_customers", file, *options)

    return run


def reverted():
    batch = ImportBatch.objects.latest("pk")
    return services.revert_import(batch=batch, by=None, now=datetime.now(UTC))


def test_somebody_comes_with_all_that_the_file_knows(imported, store):
    out, err = imported(ADA)
    assert (out, err) == ("1 created, 0 changed, 0 unchanged, 0 refused\n", "")
    ada = User.objects.with_email(store=store, email="ADA@example.com")
    assert ada.full_name == "Ada Lovelace"
    assert ada.created_at == datetime(2012, 5, 1, 10, tzinfo=UTC)
    assert ada.metadata == {"newsletter": True, "phone": "+44 20 7946 0000"}
    assert not ada.has_usable_password()
    assert not ada.is_staff
    assert broken_promises() == []


def test_nobody_is_written_to_and_nothing_personal_is_kept_in_clear(imported):
    imported(ADA, {**ADA, "email": "nobody"})
    assert not Delivery.objects.exists()
    told = str(list(OutboxEvent.objects.values())) + str(list(ImportRow.objects.values("key")))
    assert "ada" not in told.casefold()
    assert "7946" not in told


def test_the_second_run_changes_nothing_and_says_so(imported):
    imported(ADA)
    out, _ = imported(ADA)
    assert out == "0 created, 0 changed, 1 unchanged, 0 refused\n"
    assert User.objects.get().version == 1


def test_a_mark_against_formulas_is_taken_off_again(imported):
    imported({**ADA, "phone": "'+44 20 7946 0000", "first_name": "'=Ada"})
    ada = User.objects.get()
    assert ada.full_name == "=Ada Lovelace"
    assert ada.metadata["phone"] == "+44 20 7946 0000"


def test_columns_that_nobody_knows_are_kept(imported):
    imported({**ADA, "Loyalty": "gold"}, header=[*CUSTOMERS, "Loyalty"])
    assert User.objects.get().metadata["Loyalty"] == "gold"


def test_a_customer_who_registered_here_gets_what_was_missing(imported, store):
    verified = {"email": "ada@example.com", "email_verified_at": datetime.now(UTC)}
    ada = UserFactory(store=store, full_name="Ada", **verified)
    out, _ = imported(ADA)
    assert out == "0 created, 1 changed, 0 unchanged, 0 refused\n"
    ada.refresh_from_db()
    assert (ada.full_name, ada.external_id) == ("Ada Lovelace", "17")
    assert ada.check_password("correct horse battery")


def test_who_came_with_an_order_by_number_gets_their_address(imported, store):
    guest = UserFactory(store=store, email="", full_name="", external_id="17")
    out, _ = imported(ADA)
    assert out.startswith("0 created, 1 changed")
    guest.refresh_from_db()
    assert guest.email == "ada@example.com"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({**ADA, "email": "ada"}, "is no e-mail address"),
        ({"first_name": "Ada"}, "it could be anybody"),
        ({**ADA, "created_at": "May"}, "is not a time"),
        ({**ADA, "is_active": "perhaps"}, "is neither true nor false"),
        ({**ADA, "metadata": "[1]"}, "is not a JSON object"),
        ({**ADA, "metadata": '{"a": NaN}'}, "is not a JSON object"),
        ({**ADA, "metadata": r'{"a": "\ud800"}'}, "is not a JSON object"),
        ({**ADA, "metadata": "[" * 9_000}, "is not a JSON object"),
        ({**ADA, "first_name": "A" * 151}, "is longer than 150 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(imported, row, reason):
    out, err = imported(row, {"email": "bob@example.com"})
    assert out == "1 created, 0 changed, 0 unchanged, 1 refused\n"
    assert reason in err
    assert User.objects.get().email == "bob@example.com"


@pytest.mark.parametrize("again", [{**ADA, "external_id": "18"}, {**ADA, "email": "b@example.com"}])
def test_the_same_person_twice_is_refused_the_second_time(imported, again):
    out, err = imported(ADA, again)
    assert out.startswith("1 created")
    assert "is the same person as line 2" in err
    assert User.objects.get().email == "ada@example.com"


def test_a_number_and_an_address_of_two_people_is_refused(imported, store):
    UserFactory(store=store, external_id="17")
    UserFactory(store=store, email="ada@example.com")
    _, err = imported(ADA)
    assert "its number is one person's, and its address is another's" in err


def test_staff_are_changed_by_no_file(imported, store):
    chief = UserFactory(store=store, email="ada@example.com", full_name="Chief", is_staff=True)
    MembershipFactory(person=chief, store=store)
    _, err = imported(ADA)
    assert "is one of the staff" in err
    chief.refresh_from_db()
    assert chief.full_name == "Chief"


def test_who_was_forgotten_does_not_come_back(imported, store):
    gone = UserFactory(store=store, email="", external_id="17", is_active=False)
    User.objects.filter(pk=gone.pk).update(erased_at=datetime.now(UTC), full_name="")
    _, err = imported(ADA)
    assert "was forgotten, and stays so" in err
    gone.refresh_from_db()
    assert (gone.email, gone.full_name) == ("", "")


def test_a_wrong_file_is_taken_back_and_the_right_one_follows(imported):
    imported({**ADA, "first_name": "Eve"})
    assert reverted().reverted == 1
    assert User.objects.with_email(store=User.objects.get().store, email="ada@example.com") is None
    out, _ = imported(ADA)
    assert out.startswith("1 created")
    assert broken_promises() == []


def test_what_was_changed_is_as_it_was_again(imported, store):
    ada = UserFactory(store=store, email="ada@example.com", full_name="Ada")
    imported(ADA)
    reverted()
    ada.refresh_from_db()
    assert (ada.full_name, ada.external_id, ada.metadata) == ("Ada", None, None)


def test_who_has_ordered_or_was_changed_since_stays(imported, store):
    imported(ADA, {"email": "bob@example.com"})
    OrderFactory(customer=User.objects.get(email="ada@example.com"))
    bob = User.objects.get(email="bob@example.com")
    bob.full_name = "Bob"
    bob.save()
    report = reverted()
    assert (report.reverted, report.refused) == (0, 2)
    assert User.objects.filter(erased_at__isnull=True).count() == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"metadata": '{"a": 1e999}'}, "metadata: is not a JSON object"),
        ({"metadata": '{"a": "\\u0000"}'}, "metadata: is not a JSON object"),
    ],
)
def test_what_no_mail_or_answer_could_say_is_refused(imported, cells, reason):
    out, err = imported({**ADA, **cells})
    assert out.endswith(" 1 refused\n")
    assert reason in err


def test_a_name_is_one_line(imported):
    imported({**ADA, "first_name": "Ada\r\nBcc: x@example.com\x1b"})
    assert User.objects.get().full_name == "Ada Bcc: x@example.com Lovelace"


def test_an_account_of_an_address_that_nobody_has_shown_to_be_theirs_learns_nothing(
    imported, store
):
    """Anybody can register with an address, and wait for the years of whoever really has it."""
    squatter = UserFactory(store=store, email="ada@example.com", full_name="", password="x")
    out, err = imported(ADA)
    assert out == "0 created, 0 changed, 0 unchanged, 1 refused\n"
    assert "an account whose address nobody has verified" in err
    squatter.refresh_from_db()
    assert (squatter.full_name, squatter.external_id, squatter.metadata) == ("", None, None)
