"""A client generated from the served schema buys something."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

BUY = Path(__file__).with_name("buy_with_generated_client.py")
# The generator takes a file for a file once it is told that a PDF is one.
CONFIG = "content_type_overrides:\n  application/pdf: application/octet-stream\n"


def test_generated_python_client_buys_something(shop, tmp_path):
    tools = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    (tmp_path / "config.yaml").write_text(CONFIG)
    generated = subprocess.run(
        [
            tools / "openapi-python-client",
            "generate",
            "--url",
            f"{shop.url}/api/schema/",
            "--output-path",
            tmp_path / "client",
            "--config",
            tmp_path / "config.yaml",
            "--meta",
            "none",
            "--fail-on-warning",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr

    goods = shop.goods(stock=5)
    bought = subprocess.run(
        [sys.executable, BUY, shop.url, goods.sku],
        env=environment | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bought.returncode == 0, bought.stdout + bought.stderr
    assert bought.stdout.split() == ["captured", "paid"]
