"""What axe-core finds in a panel: what keeps people from reading it, or from using it by keyboard or screen reader."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

_FIND = """async (root) => {
    const { violations } = await axe.run(root, { resultTypes: ['violations'] });
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return bad.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 240)}`));
}"""


def serious_findings(panel: Locator, page: Page) -> list[str]:
    """Return axe-core's serious and critical findings in what a locator finds, a line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    return list(panel.evaluate(_FIND))
