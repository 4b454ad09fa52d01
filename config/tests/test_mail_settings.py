"""Where mails go, by `EMAIL_URL`."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp+tls://shop:p%40ss%2Fword@mail.example", ("mail.example", 587, True, None)),
        ("smtp+ssl://shop:p%40ss%2Fword@mail.example", ("mail.example", 465, None, True)),
        ("smtp+tls://shop:p%40ss%2Fword@mail.example:2525", ("mail.example", 2525, True, None)),
    ],
)
def test_a_url_names_the_server_and_how_it_is_spoken_to(monkeypatch, url, server):
    monkeypatch.setenv("EMAIL_URL", url)
    found = env.mail()
    names = ["EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL"]
    assert tuple(found.get(name) for name in names) == server
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("shop", "p@ss/word")
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"


def test_without_one_each_mail_is_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("EMAIL_URL", "")
    folder = tmp_path / "a folder, 100 % + more?"
    found = env.mail(default_folder=folder)
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert Path(found["EMAIL_FILE_PATH"]) == folder


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp+tls://mail:many"])
def test_what_is_no_mail_server_is_refused_by_name(monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL is not smtp"):
        env.mail()


def test_where_it_must_be_set_it_says_so(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "")
    with pytest.raises(ImproperlyConfigured, match=r"^Set EMAIL_URL: smtp"):
        env.mail()
