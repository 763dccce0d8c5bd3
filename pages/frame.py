"""Around every page: configuration, navigation, the shared sidebar. Streamlit's main script."""

from pathlib import Path

import streamlit as st

from pages import PAGES
from rnnviz.ui import address, controls, desk
from rnnviz.ui.language import _

LOGO = Path(__file__).resolve().parents[1] / "assets" / "logo.svg"
st.set_page_config(page_title="rnnviz", page_icon=LOGO, layout="wide")

desk.speak()
sections: dict[str, list] = {}
rows = {}
for page in PAGES:
    made = st.Page(
        page.file,
        title=_(page.title),
        icon=page.icon,
        url_path=page.file.removesuffix(".py").replace("_", "-"),
        default=page is PAGES[0],
        help=_(page.help),
    )
    sections.setdefault(_(page.section), []).append(made)
    rows[made.url_path] = page
chosen = st.navigation(sections)
row = rows[chosen.url_path]
here = desk.sit(row.desk, row.tasks, row.layers)
if not desk.was_used() and address.moved(chosen.url_path):
    here.restore()
controls.sidebar(row.asks, row.tasks)
address.write(chosen.url_path, here.choice)
chosen.run()
