"""Whatever is typed or put into the address: a clear sentence, the last good state, nothing lost, nothing run."""

import re
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import expect

from pages import PAGES
from rnnviz.tasks import tokenize

pytestmark = pytest.mark.browser

DEFAULT = "what time is it ?"
HOSTILE = {
    "a script": "<script>window.hacked=1</script>",
    "an image with a handler": "<img src=x onerror=window.hacked=1>",
    "a markdown image": "![x](http://example.invalid/x.png)",
    "a markdown link": "[x](javascript:window.hacked=1)",
    "a closing tag": "</bdi></h1><style>body{display:none}</style>",
    "a formula": "$\\href{javascript:window.hacked=1}{x}$",
}
ODD = {
    "emoji": ("wake me 😀👨‍👩‍👧 up", "👨‍👩‍👧"),
    "right to left": ("מה השעה ?", "השעה"),
    "arabic": ("كم الساعة الآن", "الساعة"),
    "an override of direction": ("what \u202etime\u202c is it", "time"),
}
# What is typed, and what the refusal says.
REFUSED = dict.fromkeys(("   ", "\x01\x07", ""), "nothing to read") | {"time " * 2_000: "10,000"}


def still_works(visitor) -> None:
    """The page reads a good sentence after all that, and nothing has run in the meantime."""
    assert visitor.page.evaluate("window.hacked") is None
    visitor.type_sentence("play some music")
    expect(visitor.claim).to_contain_text("play some music")
    expect(visitor.warnings).to_have_count(0)
    assert visitor.tokens == ["play", "some", "music"]


def test_markup_in_a_sentence_is_shown_as_text(arrive):
    text = " ".join(HOSTILE.values())
    visitor = arrive(f"/step-through?text={quote(text)}")
    shown_as_text(visitor, text)
    for title in ("States and gates", "Side by side"):
        visitor.choose_page(title)
        expect(visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")).to_contain_text(title)
    expect(visitor.sentence).to_have_value(text)
    expect(visitor.claim.locator("bdi").first).to_have_text(re.compile(re.escape(text[:20])))
    visitor.choose_page("Step through")
    expect(visitor.page.locator(".stage-strip")).to_be_visible()
    for text in list(HOSTILE.values())[::3]:  # all of them stood in the sentence before
        visitor.type_sentence(text)
        shown_as_text(visitor, text)
    still_works(visitor)


def shown_as_text(visitor, text: str) -> None:
    expect(visitor.sentence).to_have_value(text)
    expect(visitor.claim.locator("bdi").first).to_have_text(re.compile(re.escape(text[:20])))
    # The sentence before may begin alike, so that the claim alone does not tell whether this one is shown.
    expect(visitor.page.locator(".strip-column:not(.start) .stage-token")).to_have_count(len(tokenize(text)))
    visitor.ready()
    assert visitor.claim.locator("img, script, a, style").count() == 0
    assert "".join(visitor.tokens) == text.replace(" ", "")


def test_any_script_is_read(visitor):
    for text, token in ODD.values():
        visitor.type_sentence(text)
        expect(visitor.page.locator(".strip-column .stage-token").filter(has_text=token)).to_have_count(1)
        expect(visitor.sentence).to_have_value(text)
        assert visitor.overflow() <= 0
    still_works(visitor)


def test_what_cannot_be_read_is_refused_and_kept_in_the_field(visitor):
    visitor.choose("cell", "GRU")
    expect(visitor.claim).to_contain_text("GRU")
    for text, said in REFUSED.items():
        visitor.type_sentence(text)
        expect(visitor.warnings).to_have_count(1)
        expect(visitor.warnings).to_contain_text(said)
        assert len(visitor.warnings.inner_text()) < 300
        expect(visitor.claim).to_contain_text(DEFAULT)
        assert visitor.tokens == DEFAULT.split()
    expect(visitor.warnings).to_contain_text("2,000")
    expect(visitor.sentence).to_have_value(text)
    visitor.choose_page("States and gates")
    expect(visitor.sentence).to_have_value(text)
    visitor.choose_page("Step through")
    expect(visitor.page.locator(".stage-strip")).to_be_visible()
    still_works(visitor)
    assert visitor.chosen("cell") == "GRU"


def test_a_sentence_at_the_limit_stays_smooth(visitor):
    visitor.type_sentence("time " * 200)
    expect(visitor.page.locator(".strip-column:not(.start)")).to_have_count(200, timeout=15_000)
    visitor.choose("size", "large")
    assert visitor.overflow() <= 0
    visitor.press("Home")
    visitor.at_step(0)
    expect(visitor.page.locator(".strip-column.now")).to_be_in_viewport()
    visitor.press("End")
    visitor.at_step(199)


def test_what_an_address_asks_for_in_vain_is_said_as_text_and_the_rest_kept(arrive):
    """One address with all that is wrong; AppTest asks for each part alone."""
    wrong = {
        "cell": "<script>window.hacked=1</script>",
        "weights": "![x](http://example.invalid/x.png)",
        "seed": "9" * 5_000,
        "text": "time " * 2_000,
    }
    visitor = arrive(f"/step-through?{urlencode(wrong)}&size=medium")
    said = " ".join(visitor.warnings.all_inner_texts())
    for named in (wrong["cell"], wrong["weights"], "0 to 9,999", "10,000"):
        assert named in said
    assert visitor.warnings.locator("img, script, a").count() == 0
    assert visitor.claim.inner_text()
    assert (visitor.chosen("size"), visitor.chosen("cell")) == ("medium", "LSTM")
    still_works(visitor)


def test_an_unknown_page_is_said_and_the_menu_still_works(arrive):
    visitor = arrive("/no-such-page?cell=GRU", ready=False)
    expect(visitor.page.get_by_text("Page not found")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    visitor.ready()
    visitor.choose_page(PAGES[3].title)
    expect(visitor.claim).to_contain_text("GRU")
    # Streamlit says the same in the console, as an error; there is nothing else in it.
    said = [problem for problem in visitor.problems if "does not seem to exist" in problem]
    assert said == visitor.problems
    visitor.problems.clear()


def test_an_unknown_language_falls_back_to_the_browsers(arrive):
    visitor = arrive("/step-through?lang=xx")
    assert visitor.chosen("language") == "English"
    assert arrive("/step-through", locale="zh-CN").chosen("language") == "中文"
