// A slider that stands at one of a few places and says in words where it is.
import { element } from "./dom.js";

export function createSlider(name, count, choose) {
  const node = element("input", "stage-slider");
  Object.assign(node, { type: "range", min: 0, max: Math.max(1, count - 1), step: 1, disabled: count < 2 });
  node.setAttribute("aria-label", name);
  node.oninput = () => choose(Number(node.value));
  return {
    node,
    words: () => node.getAttribute("aria-valuetext"),
    /** True if it has moved: where it stands at first is no news. */
    show(place, words) {
      const before = node.getAttribute("aria-valuetext");
      node.value = place;
      node.setAttribute("aria-valuetext", words);
      return before !== null && before !== words;
    },
  };
}
