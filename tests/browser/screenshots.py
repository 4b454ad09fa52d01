"""`make screenshots`: what docs/admin.md shows, taken of the demo shop."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image

from apps.accounts.models import User
from apps.audit import services as audit
from apps.interchange.demo.people import STAFF_EMAIL
from tests.browser.desk import DESK, PHONE
from tests.browser.pages import main_pages
from tests.serving import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "audit"]),
]

IMAGES = ROOT / "docs" / "images" / "admin"
IN_THE_DARK = {"orders", "stock"}
ON_A_PHONE = {"ship", "reviews"}
MOST_BYTES = 150_000


@pytest.fixture
def _passwords_that_the_server_reads(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.usefixtures("_passwords_that_the_server_reads")
def test_takes_a_picture_of_each_main_page(desk_of, shop):
    call_command("seed_demo", verbosity=0)
    audit.record_events()
    staff = User.objects.get(email=STAFF_EMAIL)
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, path in main_pages(shop.store).items():
        size = PHONE if name in ON_A_PHONE else DESK
        desk = desk_of(staff, size=size, is_dark=name in IN_THE_DARK)
        assert desk.open(path) == 200
        if name == "prices":
            desk.fill(value="10")
            desk.press("Preview")
        save(desk.page.screenshot(), IMAGES / f"{name}.png")


def save(screenshot: bytes, path: Path) -> None:
    """This function will keep a picture, in as few colours as its size asks for."""
    picture = Image.open(BytesIO(screenshot)).convert("RGB")
    for colours in (256, 128, 64, 32):
        few = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise AssertionError(f"{path.name} is too large")
