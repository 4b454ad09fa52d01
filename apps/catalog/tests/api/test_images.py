from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.catalog.models import ProductImage
from apps.catalog.tests.factories import ProductFactory, ProductImageFactory
from apps.catalog.tests.pictures import picture
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent

ROUTE = "/api/v1/products/cup/images"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cup(store):
    return ProductFactory(store=store, slug="cup")


def upload(client, content, *, name="Ada's cup.jpg", **fields):
    file = SimpleUploadedFile(name, content, content_type="image/jpeg")
    return client.post(ROUTE, {"file": file} | fields, format="multipart")


def stored(field):
    with field.open() as file:
        return Image.open(BytesIO(file.read()))


def files(tmp_path):
    return sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_staff_upload_a_picture(staff_client, cup, tmp_path):
    answer = upload(staff_client, picture(), alt="A cup", position="7")

    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["alt"], shown["position"]) == ("A cup", 7)
    assert (shown["width"], shown["height"]) == (800, 600)
    assert shown["url"].startswith("http://testserver/media/products/")
    assert shown["thumbnail_url"].startswith("http://testserver/media/thumbnails/")
    assert "Ada" not in shown["url"]
    image = ProductImage.objects.get()
    assert stored(image.file).size == (800, 600)
    assert stored(image.thumbnail).size == (400, 300)
    assert len(files(tmp_path)) == 2
    cup.refresh_from_db()
    assert cup.version == 2
    event = OutboxEvent.objects.get()
    assert event.name == "image.created"
    assert event.payload == {"product_id": str(cup.public_id)}


def test_staff_name_a_picture_that_lies_elsewhere(staff_client, cup):
    ProductImageFactory(product=cup, position=4)

    answer = staff_client.post(ROUTE, {"source_url": "https://pictures.example/a.jpg"})

    assert answer.status_code == 201
    assert answer.json()["url"] == "https://pictures.example/a.jpg"
    assert answer.json()["thumbnail_url"] == "https://pictures.example/a.jpg"
    assert answer.json()["position"] == 5


def test_what_is_no_picture_leaves_nothing_behind(staff_client, cup, tmp_path):
    answer = upload(staff_client, b"<html>not a picture</html>")

    assert (answer.status_code, answer.json()["code"]) == (422, "image_refused")
    assert not ProductImage.objects.exists()
    assert files(tmp_path) == []


def test_a_picture_too_many_leaves_no_file_behind(staff_client, cup, tmp_path):
    ProductImage.objects.bulk_create(ProductImageFactory.build_batch(250, product=cup))

    answer = upload(staff_client, picture())

    assert (answer.status_code, answer.json()["code"]) == (409, "product_is_full")
    assert ProductImage.objects.count() == 250
    assert files(tmp_path) == []


def test_a_file_above_the_limit_is_refused(staff_client, cup, settings, tmp_path):
    settings.IMAGE_MAX_BYTES = 2000

    answer = upload(staff_client, picture())

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "file"
    assert files(tmp_path) == []


def test_a_body_far_above_the_limit_is_not_even_read(staff_client, cup, settings):
    settings.IMAGE_MAX_BYTES = 1000
    settings.API_MAX_BODY_BYTES = 1000

    answer = upload(staff_client, picture())

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert not ProductImage.objects.exists()


@pytest.mark.parametrize("fields", [{"alt": "a\x00b"}, {"alt": "a" * 501}, {"store": "1"}])
def test_a_form_with_bad_fields_is_refused(staff_client, cup, tmp_path, fields):
    answer = upload(staff_client, picture(), **fields)

    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert files(tmp_path) == []


def test_a_form_without_a_file_is_refused(staff_client, cup):
    answer = staff_client.post(ROUTE, {"alt": "A cup"}, format="multipart")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "file", "code": "required", "detail": "No file was submitted."}
    ]


def test_staff_describe_and_place_a_picture(staff_client, cup):
    image = ProductImageFactory(product=cup)

    answer = staff_client.patch(f"{ROUTE}/{image.public_id}", {"alt": "A cup", "position": 3})

    assert answer.status_code == 200
    assert (answer.json()["alt"], answer.json()["position"]) == ("A cup", 3)
    cup.refresh_from_db()
    assert cup.version == 2
    assert OutboxEvent.objects.get().payload["changed"] == ["alt", "position"]


def test_a_stale_writer_is_refused(staff_client, cup):
    image = ProductImageFactory(product=cup, alt="Before")
    address = f"{ROUTE}/{image.public_id}"
    seen = staff_client.get(address)["ETag"]
    image.save()

    change = staff_client.patch(address, {"alt": "After"}, headers={"If-Match": seen})
    delete = staff_client.delete(address, headers={"If-Match": seen})

    for answer in (change, delete):
        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    assert ProductImage.objects.get().alt == "Before"


@pytest.mark.django_db(transaction=True)
def test_the_files_of_a_deleted_picture_are_removed_once_that_is_committed(
    staff_client, store, tmp_path
):
    ProductFactory(store=store, slug="cup")
    upload(staff_client, picture())
    image = ProductImage.objects.get()

    assert staff_client.delete(f"{ROUTE}/{image.public_id}").status_code == 204
    assert default_storage.exists(image.file.name)
    assert not ProductImage.objects.exists()

    events.deliver_pending()
    assert files(tmp_path) == []
    delivery = Delivery.objects.get(subscriber="catalog.remove_image_files")
    assert delivery.state == Delivery.State.DONE


def test_anybody_sees_the_pictures_in_their_order(anonymous, cup):
    ProductImageFactory(product=cup, alt="second", position=2)
    ProductImageFactory(product=cup, alt="first", position=1)

    results = anonymous.get(ROUTE).json()["results"]

    assert [one["alt"] for one in results] == ["first", "second"]


def test_a_key_stands_for_one_picture_whatever_the_file_is_called(staff_client, cup):
    def sent(content):
        file = SimpleUploadedFile("cup.png", content, content_type="image/png")
        return staff_client.post(
            ROUTE, {"file": file}, format="multipart", headers={"Idempotency-Key": "first"}
        )

    small, large = (picture("PNG", size=size) for size in ((8, 8), (16, 16)))
    first = sent(small)
    again = sent(small)
    other = sent(large)

    assert first.status_code == 201, first.content
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert ProductImage.objects.count() == 1
