import threading
import time

from apps.backoffice.probes import Probe, ask_all


def test_tells_how_long_an_answer_took():
    (answer,) = ask_all({"it": Probe(lambda: time.sleep(0.02))}, seconds=1).values()

    assert answer.works
    assert answer.latency_ms >= 20


def test_tells_why_there_was_none():
    def ask():
        raise ConnectionRefusedError("nobody listens\nat all")

    (answer,) = ask_all({"it": Probe(ask)}, seconds=1).values()

    assert not answer.works
    assert answer.error == "ConnectionRefusedError: nobody listens"


def test_waits_no_longer_than_it_was_told_to():
    thawed = threading.Event()
    probes = {name: Probe(thawed.wait) for name in ("one", "two", "three")}
    began = time.monotonic()

    answers = ask_all(probes, seconds=0.1)

    assert time.monotonic() - began < 0.5
    assert {answer.error for answer in answers.values()} == {"no answer within 0.1 s"}
    thawed.set()


def test_asks_a_frozen_service_once_however_often_it_is_wanted():
    thawed = threading.Event()
    questions = []

    def ask():
        questions.append(1)
        thawed.wait()

    probe = Probe(ask)
    for _ in range(5):
        ask_all({"it": probe}, seconds=0.01)
    thawed.set()
    probe.start().result(timeout=1)
    (answer,) = ask_all({"it": probe}, seconds=1).values()

    assert answer.works
    assert len(questions) == 2
