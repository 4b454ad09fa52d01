"""A fuzzer that reads the schema finds no 5xx, and no answer that the schema does not know."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.contract.scene import Scene, scene_of
from tests.shop import Buyer, Shop

SCHEMA = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml").read_text())

# What it checks of every answer. Not that valid requests succeed: no schema says that a password is
# a common one, or that of two references one is to be given.
NOT_CHECKED = ["positive_data_acceptance"]
# A filter that is left empty filters nothing.
LENIENT = """
[[operations]]
include-method = "GET"
checks.negative_data_rejection.expected-statuses = ["200", "4xx"]
"""
ALL = "examples,coverage,fuzzing"
FUZZING = "fuzzing"
CASES = 10_000


@pytest.mark.fuzz
def test_ten_thousand_cases_find_nothing(shop, tmp_path):
    # Somebody new each time: those before may have logged themselves out, or been forgotten.
    person, staff = shop.newcomer(), shop.staff()
    cases = fuzz(shop, person, tmp_path, examples=10, phases=ALL, scene=scene_of(person.user))
    cases += fuzz(shop, staff, tmp_path, examples=10, phases=ALL, scene=scene_of(staff.user))
    # Who is refused, and who finds nothing there, need not be asked in all the ways there are.
    cases += fuzz(shop, shop.guest(), tmp_path, examples=15, phases=FUZZING)
    cases += fuzz(shop, shop.staff(), tmp_path, examples=15, phases=FUZZING)
    cases += fuzz(shop, shop.machine(), tmp_path, examples=5, phases=FUZZING)

    assert cases >= CASES


def test_a_few_cases_find_nothing(shop, tmp_path):
    staff = shop.staff()

    assert fuzz(shop, staff, tmp_path, examples=2, phases=FUZZING, scene=scene_of(staff.user))


def fuzz(
    shop: Shop,
    caller: Buyer,
    folder: Path,
    *,
    examples: int,
    phases: str,
    scene: Scene | None = None,
) -> int:
    """This function will have the server fuzzed as somebody, and return how many requests it was.

    With a scene, what paths name is there.
    """
    config = folder / "schemathesis.toml"
    config.write_text(LENIENT + (there(scene) if scene else ""))
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", config]
    command += ["run", f"{shop.url}/api/schema/", "--url", shop.url, "--checks", "all"]
    command += ["--exclude-checks", ",".join(NOT_CHECKED), "--max-examples", str(examples)]
    # One worker: the parser of Python 3.11 fails at random when two threads of it read sources,
    # as Hypothesis does (https://github.com/python/cpython/issues/106905).
    command += ["--phases", phases, "--seed", "1", "--workers", "1", "--no-color"]
    for name, value in caller.headers.items():
        command += ["--header", f"{name}: {value}"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    # Not 0: something was found, or the fuzzer itself has failed.
    assert run.returncode == 0, run.stdout[-30_000:] + run.stderr[-5_000:]
    return int(re.search(r"^\s+(\d+) generated", run.stdout, re.MULTILINE)[1])


def there(scene: Scene) -> str:
    """This function will write down, for each route, which of its things there is."""
    lines = []
    for path in SCHEMA["paths"]:
        names = re.findall(r"\{(\w+)\}", path)
        values = dict(zip(names, values_in(path, scene), strict=False))
        if values and "gateway" not in names:
            lines += ["[[operations]]", f"include-path = {json.dumps(path)}"]
            lines += ["[operations.parameters]"]
            lines += [f'"path.{name}" = {json.dumps(value)}' for name, value in values.items()]
    return "\n".join(lines)


def values_in(path: str, scene: Scene) -> list[str]:
    """This function will return what stands in a path for its parameters, in their order."""
    pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(path))
    found = re.fullmatch(pattern, scene.path(path))
    return list(found.groups()) if found else []
