import io
import json
import logging
import logging.config

import pytest
import structlog

from config.logging import logging_settings

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture
def written(settings):
    """What reaches the console, through the handlers and formatters of an installation."""
    stream = io.StringIO()
    configuration = logging_settings(level="INFO", json=True)
    configuration["handlers"]["console"]["stream"] = stream
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(configuration)
    yield stream.getvalue
    logging.config.dictConfig(settings.LOGGING)
    logging.root.handlers[:], logging.root.level = before


def test_exceptions_and_the_lines_of_packages_are_scrubbed_too(written):
    try:
        raise ValueError(f"no such person: ada@example.com with {JWT}")
    except ValueError:
        structlog.get_logger("ours").exception("went_wrong", token=JWT)
        logging.getLogger("theirs").exception("%s failed", "password=hunter2hunter2")

    ours, theirs = map(json.loads, written().splitlines())
    assert ours["event"] == "went_wrong"
    assert theirs["event"] == "password=[scrubbed] failed"
    for line in (ours, theirs):
        assert "ValueError: no such person: [scrubbed] with [scrubbed]" in line["exception"]
    assert "hunter2" not in written()
    assert "ada@" not in written()
    assert "eyJ" not in written()


@pytest.mark.django_db
def test_a_line_knows_store_and_person(written, shopper_client, shopper, store):
    shopper_client.get("/api/v1/orders/AB12-CD34")

    finished = json.loads(written().splitlines()[-1])
    assert finished["event"] == "request_finished"
    assert finished["store_id"] == str(store.public_id)
    assert finished["user_id"] == str(shopper.public_id)
