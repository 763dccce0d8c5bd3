"""The stage's files: exactly those that it needs are served, under an address that changes when one of them does."""

import asyncio
import gzip
import re
from os.path import normpath
from pathlib import Path
from urllib.parse import urljoin

import plotly
import pytest
import streamlit
from starlette.requests import Request
from starlette.responses import Response

import app
from rnnviz.app.stage import assets

ROOT = Path(__file__).resolve().parents[2]
ESCAPES = [
    "../app.py",
    "stage/../../app.py",
    "/etc/passwd",
    "..\\app.py",
    "%2e%2e/app.py",
    "logo.svg",
    "models",
    "",
    ".",
]
ESCAPES += ["stage.js/", "STAGE.JS", "stage", "stage/panels.js\0", "locale/zh/LC_MESSAGES/rnnviz.po"]


@pytest.fixture(autouse=True)
def forget():
    """Each test asks anew: the module keeps its answers for as long as the app runs."""
    for kept in (assets.files, assets.version, assets.content):
        kept.cache_clear()
    yield
    for kept in (assets.files, assets.version, assets.content):
        kept.cache_clear()


def ask(name: str, host: str = "192.0.2.1", version: str = "", **headers: str) -> Response:
    sent = {"accept-encoding": "gzip, br"} | {key.replace("_", "-"): value for key, value in headers.items()}
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/rnnviz/{version}/{name}",
        "headers": [(key.encode(), value.encode()) for key, value in sent.items()],
        "path_params": {"version": version or assets.version(), "name": name},
        "client": (host, 5000),
    }
    return asyncio.run(app.serve_asset(Request(scope)))


def flat(selectors: str) -> str:
    """Without brackets: a :has() is a ^, and so is what holds one; other lists of selectors are a class."""

    def short(match: re.Match) -> str:
        kind, inside = match.groups()
        return "^" if kind == "has" or "^" in inside else "" if kind == "not" else ".any"

    while (shorter := re.sub(r":([\w-]+)\(([^()]*)\)", short, selectors)) != selectors:
        selectors = shorter
    return selectors


@pytest.mark.parametrize("name", assets.STYLES)
def test_what_is_styled_beside_or_below_a_has_is_named(name):
    """Else a browser styles all of the page anew for each mark that a chart draws: seconds of a phone's processor."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "assets" / name).read_text("utf-8"), flags=re.DOTALL)
    for rule in re.findall(r"([^{};]+)\{", text):
        for selector in flat(rule).split(","):
            *anchors, styled = re.split(r"[\s>~+]+", selector.strip())
            assert "^" not in "".join(anchors) or re.search(r"[\w\]]", styled.replace("^", "")), selector


@pytest.mark.parametrize("name", assets.STYLES)
def test_what_is_styled_inside_a_has_is_rare_on_the_page(name):
    """An element that any :has() looks into restyles, when one of its marks is drawn, all below it that the last part
    of any such rule could mean: hundreds, where that part has neither a class nor a name that few elements have."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "assets" / name).read_text("utf-8"), flags=re.DOTALL)
    for rule in re.findall(r"([^{};]+)\{", text):
        for selector in flat(rule).split(","):
            beside = re.sub(r"\s*([~+])\s*", r"\1", selector.strip())
            *above, last = re.split(r"[\s>]+", beside)
            styled = re.split(r"[~+]", last)[-1]
            rare = re.search(r"\.|#|\[data-variant\]|^(h3|em|strong)$", styled)
            assert "^" not in "".join(above) or rare, selector


def test_the_files_are_the_stages_modules_the_pages_style_and_plotlys_script_and_no_other():
    own = {path.relative_to(ROOT / "assets").as_posix() for path in (ROOT / "assets").rglob("*.js")}
    assert set(assets.files()) == own - {"offline.js"} | {*assets.STYLES, "plotly.min.js"}
    assert all(path.is_file() for path in assets.files().values())
    assert assets.files()["plotly.min.js"].is_relative_to(Path(plotly.__file__).parent)


def test_every_module_that_a_module_imports_is_served():
    for name, path in assets.files().items():
        if name == "plotly.min.js":
            continue
        folder = Path(name).parent
        for wanted in re.findall(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""", path.read_text("utf-8")):
            assert normpath(folder / wanted) in assets.files(), f"{name} imports {wanted}"


def test_the_stage_asks_no_other_host_for_anything():
    for name, path in assets.files().items():
        if name != "plotly.min.js":
            hosts = set(re.findall(r"https?://([\w.-]+)", path.read_text("utf-8")))
            assert hosts <= {"www.w3.org"}, name


@pytest.mark.parametrize("name", ESCAPES)
def test_what_is_not_listed_is_not_found_however_it_is_asked_for(name):
    with pytest.raises(KeyError):
        assets.content(name, False)
    answer = ask(name)
    assert (answer.status_code, answer.body) == (404, b"not found")


@pytest.mark.parametrize("name", ["stage.js", "stage/chart.js", "plotly.min.js"])
def test_a_file_is_served_whole_as_a_script_and_may_be_kept_for_ever(name):
    path = assets.files()[name]
    answer = ask(name)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == path.read_bytes()
    assert len(answer.body) < path.stat().st_size


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "192.0.2.7"])
def test_a_file_is_sent_as_it_was_compressed_once_wherever_it_is_asked_from(host):
    answer = ask("stage.js", host)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.body is assets.content("stage.js", True)[0]


@pytest.mark.parametrize("header", ["identity", "", "gzip;q=0", "br", "*;q=0"])
def test_a_file_is_not_compressed_for_who_cannot_read_it(header):
    answer = ask("stage.js", accept_encoding=header)
    assert "content-encoding" not in answer.headers
    assert answer.body == (ROOT / "assets" / "stage.js").read_bytes()


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("br, gzip ; q = 0.001", True),
        ("x-gzip", True),
        ("*", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("gzip;q=0.5, identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0, identity", False),
        ("identity", False),
        ("gzipped, notgzip", False),
        ("br;x=gzip", False),
        ("gzip;q=nan", False),
        ("gzip;q=-1", False),
        ("gzip;q=2", False),
        ("gzip;q=", False),
        (",;,", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_who_accepts_it_and_to_nobody_else(header, accepted):
    assert assets.accepts_gzip(header) is accepted


def test_several_headers_are_one_list():
    assert assets.accepts_gzip("br", "gzip")
    assert not assets.accepts_gzip("gzip", "gzip;q=0")
    assert not assets.accepts_gzip()


@pytest.mark.parametrize(("header", "left"), [("gzip;q=0", []), ("gzip", [b"gzip"]), ("identity", [])])
def test_streamlit_is_not_told_of_a_gzip_that_is_refused(header, left):
    seen = []

    async def inner(scope, receive, send):
        seen.extend(value for name, value in scope["headers"] if name == b"accept-encoding")

    scope = {"type": "http", "headers": [(b"host", b"h"), (b"accept-encoding", header.encode())]}
    asyncio.run(app.PlainWhereGzipIsRefused(inner)(scope, None, None))
    assert seen == left


@pytest.mark.parametrize("version", ["0" * 12, "x"])
def test_a_file_under_the_address_of_another_version_is_served_but_not_kept(version):
    answer = ask("stage.js", version=version)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert gzip.decompress(answer.body) == (ROOT / "assets" / "stage.js").read_bytes()


def test_every_replica_compresses_to_the_same_bytes():
    assets.compress()
    first = {name: assets.content(name, True)[0] for name in assets.files()}
    assets.content.cache_clear()
    assert all(assets.content(name, True)[0] == body for name, body in first.items())


def copied(folder: Path) -> Path:
    for name, path in assets.files().items():
        if name != "plotly.min.js":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(path.read_bytes())
    return folder


def version_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(assets, "_ASSETS", folder)
    assets.files.cache_clear()
    assets.version.cache_clear()
    return assets.version()


def test_the_version_hangs_on_the_content_of_the_files_and_on_their_names(tmp_path, monkeypatch):
    before = assets.version()
    folder = copied(tmp_path)
    assert version_in(folder, monkeypatch) == before
    module = folder / "stage" / "chart.js"
    text = module.read_text("utf-8")
    module.write_text(text + "\n", "utf-8")
    other = version_in(folder, monkeypatch)
    assert other != before
    module.write_text(text, "utf-8")
    assert version_in(folder, monkeypatch) == before
    module.rename(module.with_name("charts.js"))
    assert version_in(folder, monkeypatch) not in (before, other)


@pytest.mark.parametrize(("base", "route"), [("", "/rnnviz"), ("/", "/rnnviz"), ("lab", "/lab/rnnviz")])
def test_an_address_holds_the_version_and_is_seen_from_the_pages_own_folder(base, route, monkeypatch):
    monkeypatch.setattr(streamlit, "get_option", {"server.baseUrlPath": base}.get)
    assert assets.address("stage.js") == f"rnnviz/{assets.version()}/stage.js"
    assert re.fullmatch(r"[0-9a-f]{12}", assets.version())
    # The server answers where the browser then asks: below the folder of /lab/ and of /lab/states.
    for page in (f"{route.removesuffix('/rnnviz')}/", f"{route.removesuffix('/rnnviz')}/states"):
        assert urljoin(page, assets.address("stage.js")) == f"{assets.root()}/{assets.version()}/stage.js"
    assert assets.root() == route
