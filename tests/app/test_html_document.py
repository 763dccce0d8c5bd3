"""The document that the browser gets first: Streamlit's, with this app's style sheet in its head."""

import asyncio

import pytest

from rnnviz.app.html_document import OwnHead
from rnnviz.app.stage import assets

DOCUMENT = b"<html><head><title>Streamlit</title></head><body>\xe4\xbd\xa0\xe5\xa5\xbd</body></html>"


def answer(chunks, *, kind=b"text/html; charset=utf-8", accept=b"text/html,*/*", length=None):
    """What a browser gets, and the headers that Streamlit got, when it answers in these chunks."""
    sent, asked = [], []

    async def inner(scope, receive, send):
        asked.extend(scope["headers"])
        stated = length or sum(map(len, chunks))
        headers = [(b"content-type", kind), (b"etag", b'"1"'), (b"content-length", b"%d" % stated)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for k, chunk in enumerate(chunks):
            await send({"type": "http.response.body", "body": chunk, "more_body": k + 1 < len(chunks)})

    async def send(message):
        sent.append(message)

    headers = [(b"accept", accept), (b"accept-encoding", b"gzip"), (b"if-none-match", b'"1"')]
    asyncio.run(OwnHead(inner)({"type": "http", "headers": headers}, None, send))
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:]), dict(asked)


@pytest.mark.parametrize("cut", [0, 5, 60, len(DOCUMENT)])
def test_a_document_names_the_style_sheet_however_it_arrives(cut):
    headers, body, _asked = answer([DOCUMENT[:cut], DOCUMENT[cut:]])
    text = body.decode()
    assert all(f'<link rel="stylesheet" href="{assets.address(name)}">' in text for name in assets.STYLES)
    assert text.count("<title>") == 1
    assert "<title>rnnviz</title>" in text
    assert text.endswith("<body>你好</body></html>")
    assert headers[b"content-length"] == b"%d" % len(body)


def test_a_document_is_never_kept_by_a_browser_nor_asked_for_compressed():
    headers, _body, asked = answer([DOCUMENT])
    assert b"etag" not in headers
    assert list(asked) == [b"accept"]


@pytest.mark.parametrize("other", [{"kind": b"text/javascript"}, {"accept": b"*/*"}])
def test_what_is_no_document_passes_as_it_is(other):
    headers, body, _asked = answer([DOCUMENT[:9], DOCUMENT[9:]], **other)
    assert body == DOCUMENT
    assert headers[b"etag"] == b'"1"'


def test_a_question_about_a_document_keeps_the_length_that_was_told():
    headers, body, _asked = answer([b""], length=len(DOCUMENT))
    assert body == b""
    assert headers[b"content-length"] == b"%d" % len(DOCUMENT)


def test_the_style_sheet_is_among_the_files_that_are_served():
    body, media_type = assets.content("page.css", compressed=False)
    assert media_type == "text/css"
    assert b".claim" in body
