"""What holds for every page that a command writes, in each of its languages."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

AXE = Path(__file__).parents[1] / "edge_site" / "node_modules" / "axe-core" / "axe.min.js"


def axe_violations(browser: Browser, address: str, language: str, scheme: str) -> list[tuple[str, str]]:
    """Each violation that axe finds in the page, with the element where it is first."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make site` installs it.")
    page = browser.new_page(bypass_csp=True, color_scheme=scheme)
    page.goto(address)
    page.click(f"label[for=show-{language}]")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    page.close()
    return [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in found]
