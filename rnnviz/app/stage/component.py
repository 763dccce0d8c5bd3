"""The Streamlit component that a board travels in, and the message that it sends."""

from __future__ import annotations

import html
import json
import struct
from typing import NamedTuple

import streamlit as st

from rnnviz.app import controls, editing
from rnnviz.app.address import completion
from rnnviz.app.i18n import _
from rnnviz.app.stage.assets import address

# All that travels with each message; the stage's own modules are served once, with a cache header.
_BOOTSTRAP = """
const latest = new WeakMap();
export default function (component) {
  const host = component.parentElement.querySelector(".rnnviz-stage");
  const run = {};
  latest.set(host, run);
  const stage = import(new URL(host.dataset.source, document.baseURI).href);
  // Streamlit's runs wait for this script: the last one may come when the page is another already, and one that a
  // newer run has overtaken is ended after that has begun.
  const isShown = () => latest.get(host) === run && host.isConnected;
  stage.then(({ mount }) => isShown() && mount(host, component)).catch((error) => {
    console.error(error);
    host.textContent = `${host.dataset.failed} (${error.message})`;
  });
  return () => {
    if (latest.get(host) !== run) return;
    latest.delete(host);
    stage.then(({ unmount }) => unmount(host)).catch(() => {});
  };
}
"""


class Payload(NamedTuple):
    """A finished board, the same for every session. ``header``: a JSON object; ``body``: float32 numbers."""

    digest: str
    header: bytes
    body: bytes

    def message(self, query: dict[str, str] | None = None, training: dict | None = None) -> bytes:
        """[u32 header length][JSON header][padding to four][float32 ...], the form that assets/stage.js unpacks.

        ``query``: what the stage does to the page's address (rnnviz.app.address.completion); it does not make another
        board. ``training``: of a network of a run of training, at which update it is seen, and at which others it can
        be (rnnviz.app.stage.training_steps).
        """
        own = json.dumps({"id": self.digest, "query": query, "training": training}, ensure_ascii=False).encode()
        head = own[:-1] + b", " + self.header[1:]  # one object: writing a large header twice takes as long again
        return struct.pack("<I", len(head)) + head + b"\0" * (-len(head) % 4) + self.body


def send(key: str, payload: Payload, listens: bool = False, training: dict | None = None) -> object:
    """Show a finished board, in place of another of that ``key``. ``listens``: return what a view sends, when it asks;
    ``training``: see ``Payload.message``."""
    failed = _("This page's pictures could not be loaded. Reload the page.")
    component = st.components.v2.component(
        "rnnviz_stage",
        html=f'<div class="rnnviz-stage" data-source="{address("stage.js")}" data-failed="{html.escape(failed)}">'
        '<div class="stage-waiting"></div></div>',
        js=_BOOTSTRAP,
        isolate_styles=False,  # Plotly needs its styles in the document: in a shadow root it loses them
    )
    key, asked = f"stage-{key}", st.session_state
    heard = {"on_answer_change": lambda: None} if listens else {}
    return component(
        key=key,
        data=payload.message(completion(), training),
        on_words_change=lambda: editing.take(asked[key]["words"]),
        on_knob_change=lambda: controls.turn(asked[key]["knob"]),
        on_dragged_change=lambda: controls.prepare_for(asked[key]["dragged"]),
        **heard,
    ).get("answer")
