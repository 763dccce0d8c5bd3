"""Around every page: configuration, navigation, the shared sidebar. Streamlit's main script."""

import streamlit as st

from pages import PAGES
from rnnviz.app import address, state, subject_picker, widgets
from rnnviz.app import controls as subject_controls
from rnnviz.app.page_row import Page
from rnnviz.shipped_files import shipped_path
from rnnviz.ui import controls, desk, forged_input, furniture
from rnnviz.ui.language import _, one_language, speak


def show() -> None:
    speak()
    with one_language():
        show_page()


def show_page() -> None:
    sections: dict[str, list] = {}
    rows = {}
    for page in PAGES:
        made = st.Page(
            page.file,
            title=_(page.title),
            icon=page.icon,
            url_path=page.address,
            default=page is PAGES[0],
            help=_(page.help),
        )
        sections.setdefault(_(page.section), []).append(made)
        rows[made.url_path] = page
    chosen = st.navigation(sections)
    row = rows[chosen.url_path]
    if row.opens:
        show_subject(row, chosen)
        return
    if state.is_shown() and not state.row().own_subject:
        st.session_state["cell"] = state.subject().cell  # one choice for all pages
    state.leave()
    here = desk.sit()
    used = desk.was_used()
    if not used and address.moved(chosen.url_path):
        here.restore()
    controls.sidebar(("text", *row.asks) if row.asks else ())
    brought = here.adopt()
    state.follow_cell(here.choice.cell)
    address.write(chosen.url_path, desk.query(), used or brought)
    if refusal := controls.undrawn(here.choice.cell) if "cell" in row.asks else None:
        furniture.claim(_(row.title), refusal)
    else:
        chosen.run()
    if controls.adopt() or brought:  # once all controls are drawn, for Streamlit forgets those that are not
        st.rerun()


def show_subject(row: Page, chosen: st.Page) -> None:
    used = state.was_used()
    state.begin(row, used)
    subject_controls.sidebar(row.asks, row.tasks)
    subject_picker.pick(row.picker)
    brought = widgets.adopt()
    address.write(row.address, state.query(), used or brought)
    chosen.run()
    if widgets.adopt() or brought:  # once all controls are drawn, for Streamlit forgets those that are not
        st.rerun()


st.set_page_config(page_title="rnnviz", page_icon=shipped_path("assets/logo.svg"), layout="wide")
forged_input.refuse_undecodable()
forged_input.run(show)
