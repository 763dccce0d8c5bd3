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

/**
 * Columns in a row that is wider than its place: `reveal(step)` brings one into sight without moving the page around it.
 * Where they stand is measured when the row is laid out, not at every step: reading it then would lay it out again.
 */
export function columnsInSight(scroller, columns, current) {
  let places = [];
  let room = 0;
  const fade = fadeEnds(scroller);
  function reveal(step) {
    if (places.at(-1) > room - 20) scroller.scrollLeft = places[step] - room / 2;
  }
  function measure() {
    room = scroller.clientWidth;
    if (scroller.scrollWidth > room) scroller.tabIndex = 0; // so that the keyboard scrolls it too
    else scroller.removeAttribute("tabindex");
    places = columns.map((node) => node.offsetLeft + node.offsetWidth / 2);
    reveal(current());
    fade();
  }
  const observer = new ResizeObserver(measure);
  observer.observe(scroller);
  observer.observe(columns[0].parentElement);
  return { reveal, destroy: () => observer.disconnect() };
}
