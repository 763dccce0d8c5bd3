"""One view that cannot go on says so in its place, and all others follow the cursor as before."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import launch
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LEFT_WHOLE = "export const leading = () => -1;"  # what another view takes from the same module
BROKEN = {
    "when it is made": "export function createProbabilities() { throw new Error('planted'); }",
    "at the third step": """export function createProbabilities(body, panel, stage) {
        return {
            draw({ step }) { if (step === 2) throw new Error('planted'); },
            destroy() { throw new Error('planted again'); },
        };
    }""",
}


@pytest.mark.parametrize("when", BROKEN)
def test_a_view_that_throws_says_so_and_takes_no_other_with_it(arrive, when):
    visitor = arrive("/step-through", ready=False, own_tab=True)
    visitor.page.route(
        "**/stage/probabilities.js",
        lambda route: route.fulfill(body=BROKEN[when] + LEFT_WHOLE, content_type="text/javascript"),
    )
    visitor.go("/step-through", ready=True)
    visitor.press("Home")
    for step in range(1, 4):
        visitor.press("ArrowRight")
        visitor.at_step(step)
    failed = visitor.page.locator(".stage-failed")
    expect(failed).to_have_text(
        "This view failed and stands still; the others go on. Reload the page to have it back. (planted)"
    )
    expect(visitor.page.locator(".stage-probabilities .stage-failed")).to_have_count(1)
    expect(visitor.page.locator(".strip-column.now")).to_contain_text(visitor.tokens[3])
    # The views that come after it in the page as well: the equations show the numbers of the step.
    numbers = visitor.texts(".equation .value")
    visitor.press("Home")
    visitor.at_step(0)
    assert visitor.texts(".equation .value") != numbers
    # And the next page is built, though the broken view fails once more when it is closed.
    visitor.choose_page("States and gates")
    expect(visitor.page.locator(".stage-sentence")).to_have_count(1)
    assert visitor.problems
    assert all("planted" in problem for problem in visitor.problems)
    visitor.problems.clear()


def test_without_webgl_the_plane_is_drawn_alone_and_a_sentence_says_why(playwright, app):
    flat = launch(playwright, "--disable-3d-apis")
    try:
        context = flat.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        visitor = Visitor(context.new_page(), app.url)
        visitor.go("/dynamics")
        expect(visitor.page.locator(".stage-missing")).to_contain_text("需要 WebGL")
        assert visitor.page.locator(".gl-container canvas").count() == 0
        assert visitor.page.locator(".stage-plot .main-svg .point").count() > 0
        cursors = visitor.page.locator(".stage-cursor")
        assert cursors.count() > 0
        before = visitor.cursors()
        visitor.press("Home")
        visitor.at_step(0)
        assert visitor.cursors() != before
        assert visitor.page.locator(".stage-failed").count() == 0
        visitor.leave()
    finally:
        flat.close()
