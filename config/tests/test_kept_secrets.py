"""Secrets of a machine of one's own."""

import threading
from itertools import count

from config.kept_secrets import kept_secret


def test_is_made_once_and_for_its_owner_alone(tmp_path):
    path, numbers = tmp_path / "secrets" / "key", count()
    assert [kept_secret(path, make=lambda: str(next(numbers))) for _ in range(3)] == ["0"] * 3
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_is_the_same_for_all_who_begin_at_once(tmp_path):
    path, numbers, ready, got = tmp_path / "key", count(), threading.Barrier(20), []

    def begin():
        ready.wait()
        got.append(kept_secret(path, make=lambda: str(next(numbers))))

    threads = [threading.Thread(target=begin) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 20
    assert set(got) == {path.read_text()}
