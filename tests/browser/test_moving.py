"""Moving goods in by a file: looked through first, then done, and undone."""

import pytest

from apps.catalog.models import Product
from apps.interchange import services as interchange

pytestmark = pytest.mark.browser

FILE = """product_slug,product_title,sku,price,currency
mug,Mug,MUG,12.00,EUR
bowl,Bowl,BOWL,a lot,EUR
"""


def work():
    """What a worker does every few seconds."""
    interchange.run_imports()


def test_a_file_with_an_error_is_looked_through_imported_and_undone(desk, shop):
    desk.open("/admin/interchange/importjob/")
    desk.follow("Import a file")
    desk.page.locator("select[name='what']").select_option("products/native")
    desk.page.locator("input[type='file']").set_input_files(
        {"name": "goods.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    desk.press("Look through it")
    work()
    desk.open(desk.page.url)
    assert "Nothing is changed yet." in desk.text
    assert "BOWL" in desk.text or "bowl" in desk.text
    assert Product.objects.count() == 0

    desk.press("Apply")
    work()
    desk.open(desk.page.url)
    assert "It is imported." in desk.text
    assert list(Product.objects.values_list("slug", flat=True)) == ["mug"]
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Download the refused rows").click()
    refused = download.value.path().read_text()
    assert "BOWL" in refused
    assert "MUG" not in refused

    desk.press("Revert")
    work()
    desk.open(desk.page.url)
    assert "It is undone" in desk.text
    assert not Product.objects.filter(deleted_at__isnull=True).exists()
