// The keys of lecture mode, and of any lesson: Page Up and Page Down go to the question before and after, outside of a
// lesson to the page before and after; Esc leaves lecture mode.
const FIELDS = "input, textarea, select, [contenteditable], [role=slider], [role=listbox], [role=dialog]";
const BY = { PageUp: -1, PageDown: 1 };

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const lectures = document.querySelector(".st-key-lecture button");
  if (!lectures || event.target.closest?.(FIELDS)) return;
  const target = event.key === "Escape" ? lectures : BY[event.key] && way(BY[event.key]);
  if (!target) return;
  event.preventDefault();
  target.click();
});

function way(by) {
  if (document.querySelector(".lesson-ways")) return document.querySelector(by > 0 ? ".lesson-next" : ".lesson-back");
  const pages = [...document.querySelectorAll("[data-testid=stSidebarNavLink]")];
  return pages[pages.findIndex((page) => page.ariaCurrent === "page") + by];
}
