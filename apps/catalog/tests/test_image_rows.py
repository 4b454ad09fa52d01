"""Pictures as they are added on the page of a product."""

import pytest
from django.core.files.uploadedfile import UploadedFile

from apps.catalog.admin.product_forms import ImageRowForm


class Heavy(UploadedFile):
    """A file that nobody should hold in memory."""

    def read(self, *_):
        raise AssertionError("It was read.")


@pytest.mark.parametrize(("size", "said"), [(1001, ["At most 1000 bytes."]), (1000, [])])
def test_a_file_that_is_too_large_is_not_even_read(settings, size, said):
    settings.IMAGE_MAX_BYTES = 1000
    upload = Heavy(name="cup.png", content_type="image/png", size=size)
    form = ImageRowForm({"alt": "", "position": "0"}, {"upload": upload})

    assert form.errors.get("upload", []) == said
