from uuid import UUID

import pytest
from django.core.exceptions import ValidationError

from apps.catalog.slugs import slug_of, validate_slug

ID = UUID("0190a2b4-1111-7000-8000-00000000beef")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Linen Shirt", "linen-shirt"),
        ("  Crème brûlée!  ", "creme-brulee"),
        ("茶碗", "00000000beef"),
        ("", "00000000beef"),
        ("Featured", "featured-00000000beef"),
        (str(ID), f"{ID}-00000000beef"),
        ("a" * 300, "a" * 200),
        ("a" * 199 + " b", "a" * 199),
    ],
)
def test_a_title_suggests_a_slug(title, slug):
    assert slug_of(title, public_id=ID) == slug
    validate_slug(slug)


@pytest.mark.parametrize("slug", ["featured", "suggest", str(ID), str(ID).upper()])
def test_a_slug_that_means_something_else_is_refused(slug):
    with pytest.raises(ValidationError) as refusal:
        validate_slug(slug)

    assert refusal.value.code == "slug_reserved"
