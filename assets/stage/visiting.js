// Links within the app: they go to any page with any choices and leave the session, and what was answered in it, alone.
// Streamlit follows the browser's way back and forth; such a link is one more entry there, which it is told of.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.inside");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  visit(link.href);
});

export function visit(href) {
  history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
}
