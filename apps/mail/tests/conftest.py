from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, settings) -> Write:
    """Templates of the test's own: "welcome" greets somebody."""
    settings.MAIL_TEMPLATES = tmp_path

    def write(name: str, content: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    for kind in ("txt", "html"):
        write(f"layout.{kind}", "{% block body %}{% endblock %} | {{ store.name }}")
    write("welcome/subject.txt", "Welcome, {{ name }}\n")
    write("welcome/body.txt", "{% extends layout %}{% block body %}Hello {{ name }}{% endblock %}")
    write(
        "welcome/body.html",
        "{% extends layout %}{% block body %}<p>Hello {{ name }}</p>{% endblock %}",
    )
    return write
