"""Around every page: configuration, navigation, the shared sidebar. Streamlit's main script."""

import streamlit as st

from pages import PAGES
from rnnviz.app import address, controls, forged_input, state, subject_picker, widgets
from rnnviz.app.i18n import _, one_language, speak
from rnnviz.shipped_files import shipped_path


def show() -> None:
    speak()
    with one_language():
        show_page()


def show_page() -> None:
    sections: dict[str, list] = {}
    rows = {}
    for page in PAGES:
        entry = st.Page(
            page.file,
            title=_(page.title),
            icon=page.icon,
            url_path=page.address,
            default=page is PAGES[0],
            help=_(page.help),
        )
        sections.setdefault(_(page.section), []).append(entry)
        rows[entry.url_path] = page
    chosen = st.navigation(sections)
    row = rows[chosen.url_path]
    used = state.was_used()
    state.begin(row, used)
    controls.sidebar(row.asks, row.tasks)
    subject_picker.pick(row.picker)
    brought = widgets.adopt()
    address.write(row.address, state.query(), used or brought)
    chosen.run()
    if widgets.adopt() or brought:  # once all controls are drawn, for Streamlit forgets those that are not
        st.rerun()


st.set_page_config(page_title="rnnviz", page_icon=shipped_path("assets/logo.svg"), layout="wide")
forged_input.refuse_undecodable()
forged_input.run(show)
