"""What axe-core finds wrong with a page: it is the engine of most tools that look."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

# Pinned here and nowhere else: nothing of Node.js is needed to run Tradepost.
PACKAGE = "axe-core@4.14.1"
# What keeps somebody from using a page; the lesser ones are advice.
GRAVE = {"serious", "critical"}


def fetch_axe(folder: Path) -> str:
    """This function will return the source of axe-core, which npm brings into a folder."""
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("Node.js is not installed")
    (folder / "package.json").write_text(json.dumps({"private": True}))
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


def grave_findings(page: Page, axe: str) -> list[str]:
    """This function will look at a page as it is shown now, and return what is gravely wrong.

    The script is evaluated by the debugger, which the page's content security policy does not bind:
    the page is looked at under the policy that it has.
    """
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:200]} {_measured(node)}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def _measured(node: dict[str, Any]) -> str:
    """What the contrast is, where that is the matter."""
    data = [check["data"] for check in node["any"] if isinstance(check.get("data"), dict)]
    return " ".join(
        f"{one.get('fgColor')} on {one.get('bgColor')}: {one['contrastRatio']}"
        for one in data
        if "contrastRatio" in one
    )
