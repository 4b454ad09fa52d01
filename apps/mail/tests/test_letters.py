from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template import TemplateDoesNotExist

from apps.core.money import Money
from apps.mail.letters import compose
from apps.stores.tests.factories import StoreFactory


@pytest.fixture
def shop():
    return StoreFactory.build(slug="mugs", name="Mugs & Sons", time_zone="Europe/Berlin")


def test_a_letter_has_a_subject_and_two_bodies_within_the_layout(write, shop):
    letter = compose(store=shop, template="welcome", context={"name": "Ada"})
    assert letter.subject == "Welcome, Ada"
    assert letter.text == "Hello Ada | Mugs & Sons\n"
    assert letter.html == "<p>Hello Ada</p> | Mugs &amp; Sons"


def test_only_markup_is_escaped(write, shop):
    letter = compose(store=shop, template="welcome", context={"name": "<b>A & B</b>"})
    assert letter.subject == "Welcome, <b>A & B</b>"
    assert letter.text == "Hello <b>A & B</b> | Mugs & Sons\n"
    assert letter.html == "<p>Hello &lt;b&gt;A &amp; B&lt;/b&gt;</p> | Mugs &amp; Sons"


def test_a_subject_is_one_line_of_bounded_length(write, shop):
    name = "Ada\r\nBcc: all@example.com\u2028" + "x" * 1000
    subject = compose(store=shop, template="welcome", context={"name": name}).subject
    assert subject.startswith("Welcome, Ada Bcc: all@example.com xxx")
    assert len(subject) == 200


@pytest.mark.parametrize("slug", ["mugs", "other"])
def test_a_store_may_have_a_file_or_the_layout_of_its_own(write, slug):
    write("mugs/layout.txt", "{% block body %}{% endblock %} | the mug shop")
    write("mugs/welcome/subject.txt", "Mugs for {{ name }}")
    letter = compose(store=StoreFactory.build(slug=slug), template="welcome", context={"name": "A"})
    assert letter.subject == {"mugs": "Mugs for A", "other": "Welcome, A"}[slug]
    assert letter.text.endswith("| the mug shop\n") is (slug == "mugs")
    assert "mug shop" not in letter.html


def test_times_are_the_stores_and_money_is_written_as_people_do(write, shop):
    write("welcome/subject.txt", '{{ at|date:"j F Y H:i" }}, {{ sum|money }}, {{ sum|money:"de" }}')
    context = {
        "at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        "sum": Money(Decimal("1234.5"), "EUR"),
    }
    subject = compose(store=shop, template="welcome", context=context).subject
    assert subject == "2 March 2026 00:30, €1,234.50, 1.234,50 €"


def test_currencies_keep_their_own_decimals(write, shop):
    write("welcome/subject.txt", "{{ yen|money }}, {{ dinar|money }}")
    context = {"yen": Money(Decimal(1200), "JPY"), "dinar": Money(Decimal("1.5"), "KWD")}
    subject = compose(store=shop, template="welcome", context=context).subject
    assert subject == "¥1,200, KWD1.500"


def test_what_somebody_typed_stays_on_its_line_where_a_template_wants_it_to(write, shop):
    write("welcome/subject.txt", "x")
    write("welcome/body.txt", "{{ name|line }}")
    letter = compose(store=shop, template="welcome", context={"name": "Ada\n\n-- \nThe bank"})
    assert letter.text == "Ada -- The bank\n"


def test_a_template_that_is_not_there_is_no_mail(write, shop):
    with pytest.raises(TemplateDoesNotExist):
        compose(store=shop, template="nothing", context={})
