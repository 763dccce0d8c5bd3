"""Around every page: configuration, navigation, the shared sidebar. Streamlit's main script."""

import streamlit as st

from pages import PAGES
from rnnviz.app import address, controls, forged_input, lecture, page, state, subject_picker, task_pictures, widgets
from rnnviz.app.i18n import _, one_language, speak
from rnnviz.app.lessons import bar, running
from rnnviz.app.stage import training_steps
from rnnviz.shipped_files import shipped_path


def show() -> None:
    speak()
    with one_language():
        show_page()


def show_page() -> None:
    sections, entries, rows = {}, {}, {}
    for row in PAGES:
        entry = st.Page(
            row.file,
            title=_(row.title),
            icon=row.icon,
            url_path=row.address,
            default=row is PAGES[0],
            help=_(row.help),
        )
        sections.setdefault(_(row.section), []).append(entry)
        entries[row.address], rows[entry.url_path] = entry, row
    chosen = st.navigation(sections, expanded=True)
    row = rows[chosen.url_path]
    page.begin()
    st.set_page_config(page_title=f"{chosen.title} · rnnviz")
    state.begin(row, used := state.was_used())
    controls.sidebar(row.asks, row.tasks)
    lecture.switch(state.use)
    step = running.place({row.address: row for row in PAGES})
    if step and not step.answer:  # what the page shows would give the answer away
        address.write(row.address, state.query(), used)
        running.ask(step)
        return
    if step:
        bar.show(step)
    subject_picker.pick(row.picker)
    task_pictures.show()
    brought = widgets.adopt()
    address.write(row.address, state.query(), used or brought)
    chosen.run()
    page.end(row.address, chosen, [*entries.values()])
    if widgets.adopt() or brought:  # once all controls are drawn, for Streamlit forgets those that are not
        st.rerun()
    training_steps.show_others()


st.set_page_config(page_icon=shipped_path("assets/logo.svg"), layout="wide")
st.logo(shipped_path("assets/wordmark.svg"), icon_image=shipped_path("assets/logo.svg"))
forged_input.refuse_undecodable()
forged_input.run(show)
