"""Around every page: configuration, navigation, the shared sidebar. Streamlit's main script."""

import streamlit as st

from pages import PAGES
from rnnviz.shipped_files import shipped_path
from rnnviz.ui import address, controls, desk, forged_input, furniture
from rnnviz.ui.language import _, one_language


def show() -> None:
    desk.speak()
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
    here = desk.sit(row.desk, row.tasks, row.layers)
    used = desk.was_used()
    if not used and address.moved(chosen.url_path):
        here.restore()
    controls.sidebar(row.asks, row.tasks)
    brought = here.adopt()
    address.write(chosen.url_path, here.choice, used or brought)
    if refusal := controls.undrawn(here.choice.cell) if "cell" in row.asks else None:
        furniture.claim(_(row.title), refusal)
    else:
        chosen.run()
    if controls.adopt() or brought:  # once all controls are drawn, for Streamlit forgets those that are not
        st.rerun()


st.set_page_config(page_title="rnnviz", page_icon=shipped_path("assets/logo.svg"), layout="wide")
forged_input.refuse_undecodable()
forged_input.run(show)
