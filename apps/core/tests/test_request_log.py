import logging

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """What the log has been told of requests."""
    with caplog.at_level(logging.INFO, logger="django_structlog"):
        yield lambda: [record.msg for record in caplog.records if "request" in record.msg]


@pytest.mark.parametrize(
    "given", [{}, {"X-Request-ID": "bad id"}, {"X-Request-ID": "chosen-by-me"}]
)
def test_the_log_knows_a_request_by_the_id_that_its_answer_has(client, lines, given):
    answer = client.get("/health/live", headers=given)

    assert {line["request_id"] for line in lines()} == {answer["X-Request-ID"]}
    assert [line["event"] for line in lines()] == ["request_started", "request_finished"]


def test_the_log_does_not_tell_what_was_asked_for(client, lines):
    client.get("/health/live?q=ada@example.com")

    assert {line["request"] for line in lines()} == {"GET /health/live"}
    assert "example.com" not in str(lines())
