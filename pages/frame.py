"""Around every page: configuration, navigation, the shared sidebar. Streamlit's main script."""

from pathlib import Path

import streamlit as st

from pages import PAGES
from rnnviz.ui import address, controls
from rnnviz.ui.language import _

LOGO = Path(__file__).resolve().parents[1] / "assets" / "logo.svg"
st.set_page_config(page_title="rnnviz", page_icon=LOGO, layout="wide")

controls.begin()
sections: dict[str, list] = {}
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
chosen = st.navigation(sections)
controls.follow(chosen.url_path)
controls.sidebar()
address.write(chosen.url_path, controls.experiment())
chosen.run()
