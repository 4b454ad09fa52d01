"""A fuzzer that reads the schema finds no 5xx and no answer the schema does not know."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)


@pytest.mark.parametrize("who", ["nobody", "shopper", "staff"])
def test_fuzzer_finds_no_server_error(shop, who, tmp_path):
    command = [Path(sys.executable).parent / "schemathesis", "run", f"{shop.url}/api/schema/"]
    command += ["--url", shop.url, "--checks", CHECKS, "--max-examples", "15", "--seed", "1"]
    command += ["--phases", "examples,coverage,fuzzing", "--workers", "2", "--no-color"]
    if who == "shopper":
        command += ["--header", f"Authorization: {shop.newcomer().headers['Authorization']}"]
    if who == "staff":
        command += ["--header", f"Authorization: {shop.staff().headers['Authorization']}"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-5_000:]
