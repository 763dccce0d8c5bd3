// What the page does once a choice that was made beside the stage shows on it.

/** After a choice in the sidebar the keys belong to the stage again. */
export function returnToStage() {
  const suggested = document.activeElement?.closest('[class*="st-key-button-try-"]');
  if (suggested) document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  const chooser = document.activeElement?.closest("[data-testid=stSidebar], [data-testid=stMain]");
  const byKeyboard = document.activeElement?.matches(":focus-visible:not(input)");
  if (chooser && !byKeyboard && !document.activeElement.closest(".rnnviz-stage")) document.activeElement.blur();
}

/** The page that is shown has its place in the menu in sight, however long the menu is. */
export function showPlaceInMenu() {
  const link = document.querySelector("[data-testid=stSidebarNavLink][aria-current=page]");
  const list = link?.closest("[data-testid=stSidebarContent]");
  if (list) list.scrollTop += Math.max(0, link.getBoundingClientRect().bottom + 60 - list.getBoundingClientRect().bottom);
}

/** On a phone the sidebar lies over the page: after a choice of a page or a network it gets out of the way. */
export function closeDrawer() {
  if (!matchMedia("(max-width: 760px)").matches) return;
  document.querySelector("[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button")?.click();
}
