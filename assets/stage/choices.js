// What the page does once a choice that was made beside the stage shows on it.

const MENU_ROOM = 60; // pixels below the place of the page in the menu

/** After a choice in the sidebar the keys belong to the stage again. */
export function returnToStage() {
  const suggested = document.activeElement?.closest('[class*="st-key-button-try-"]');
  if (suggested) document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  const chooser = document.activeElement?.closest("[data-testid=stSidebar], [data-testid=stMain]");
  const byKeyboard = document.activeElement?.matches(":focus-visible:not(input)");
  if (chooser && !byKeyboard && !document.activeElement.closest(".rnnviz-stage")) document.activeElement.blur();
}

/** The page that is shown has its place in the menu in sight, however long the menu is; a group begins at its top. */
export function showPlaceInMenu() {
  const link = document.querySelector("[data-testid=stSidebarNavLink][aria-current=page]");
  const list = link?.closest("[data-testid=stSidebarContent]");
  if (!list) return;
  const { top, bottom } = list.getBoundingClientRect();
  const under = link.getBoundingClientRect().bottom + MENU_ROOM - bottom;
  if (under <= 0) return;
  const head = list.querySelector("[data-testid=stSidebarHeader]").offsetHeight;
  const groups = [...link.closest("[data-testid=stSidebarNavItems]").children].map((group) => group.getBoundingClientRect().top - top - head);
  list.scrollTop += groups.find((far) => far >= under) ?? under;
}

/** On a phone the sidebar lies over the page: after a choice of a page or a network it gets out of the way. */
export function closeDrawer() {
  if (!matchMedia("(max-width: 760px)").matches) return;
  document.querySelector("[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarCollapseButton] button")?.click();
}
