import os

import pytest

from apps.interchange.errors import PictureNotLoaded
from apps.interchange.pictures import pictures_beside


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "shop" / "images").mkdir(parents=True)
    (tmp_path / "shop" / "images" / "trug.png").write_bytes(b"trug")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "shop" / "link.png").symlink_to(tmp_path / "secret.png")
    return tmp_path / "shop"


def refusal_of(load, path: str) -> str:
    with pytest.raises(PictureNotLoaded) as refused:
        load(path)
    return refused.value.detail


def test_reads_from_the_folder_of_the_file(folder):
    load = pictures_beside(str(folder / "products.csv"))
    assert load("images/trug.png") == b"trug"


def test_reads_from_nowhere_else(folder):
    load = pictures_beside(str(folder / "products.csv"))
    outside = "is outside the folder of the file."
    assert refusal_of(load, "../secret.png") == f"../secret.png {outside}"
    assert refusal_of(load, "link.png") == f"link.png {outside}"
    assert refusal_of(load, "/etc/hostname") == f"/etc/hostname {outside}"


def test_says_what_is_missing(folder):
    load = pictures_beside(str(folder / "products.csv"))
    assert refusal_of(load, "b.png") == "b.png cannot be read: No such file or directory."
    assert refusal_of(load, "images") == "images cannot be read: Is a directory."


def test_does_not_wait_for_a_pipe(folder):
    os.mkfifo(folder / "pipe.png")
    load = pictures_beside(str(folder / "products.csv"))
    assert refusal_of(load, "pipe.png") == "pipe.png is a pipe."


def test_refuses_a_file_that_is_too_large(folder, settings):
    settings.IMAGE_MAX_BYTES = 3
    load = pictures_beside(str(folder / "products.csv"))
    assert refusal_of(load, "images/trug.png") == "images/trug.png has more than 3 bytes."


def test_standard_input_has_no_folder():
    load = pictures_beside("-")
    assert refusal_of(load, "a.png") == "a.png is beside no file: pictures need web addresses."
