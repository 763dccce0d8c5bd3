// A slider that stands at one of a few places and says in words where it is. ``backwards``: it fills from the right.
import { element } from "./dom.js";

export function createSlider(name, count, choose, backwards = false) {
  const turned = (place) => (backwards ? count - 1 - place : place);
  const node = element("input", "stage-slider");
  node.classList.toggle("backwards", backwards);
  Object.assign(node, { type: "range", min: 0, max: Math.max(1, count - 1), step: 1, disabled: count < 2, dir: backwards ? "rtl" : "" });
  node.setAttribute("aria-label", name);
  node.oninput = () => choose(turned(Number(node.value)));
  return {
    node,
    words: () => node.getAttribute("aria-valuetext"),
    /** True if it has moved: where it stands at first is no news. */
    show(place, words) {
      const before = node.getAttribute("aria-valuetext");
      node.value = turned(place);
      node.style.setProperty("--passed", `${(100 * turned(place)) / Math.max(1, count - 1)}%`);
      node.setAttribute("aria-valuetext", words);
      return before !== null && before !== words;
    },
  };
}
