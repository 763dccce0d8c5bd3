// A row that is wider than its place fades at an end behind which there is more, and at no other.

/** Keep the ends of a scroller true to where it stands; gives what to call when its size has changed. */
export function fadeEnds(scroller) {
  function show() {
    const hidden = scroller.scrollWidth - scroller.clientWidth - scroller.scrollLeft;
    scroller.style.setProperty("--fade-left", scroller.scrollLeft > 4 ? "16px" : "0px");
    scroller.style.setProperty("--fade-right", hidden > 4 ? "24px" : "0px");
  }
  scroller.addEventListener("scroll", show, { passive: true });
  return show;
}
