// A sentence as a strip of words, each on the colour of one unit; a range of them can be marked with the pointer, or with
// the arrow keys and Shift, and is then looked for elsewhere.
import { element, mark, number, token } from "../dom.js";
import { colorOf, faded, inkOn } from "../color.js";
import { fadeEnds } from "../edges.js";

export const STRENGTH = 0.66; // of the colours, behind words

/** `strip`: { first, stop, at: [from, to], label }; `values` of its words; `find(from, to)`: look for places like these. */
export function createStrip(stage, panel, { strip, sentence, values, find, number: place, signal = "state", unit }) {
  const color = colorOf(stage.header.scales, panel.scale, panel.range);
  const node = element("div", "finding-strip");
  const words = element("div", "finding-words");
  node.append(element("span", "finding-place tick", place), words);
  const boxes = [];
  if (strip.first > 0) words.append(element("span", "finding-more", "…"));
  for (let t = strip.first; t < strip.stop; t++) {
    const value = values[t - strip.first];
    const box = element("span", "finding-word");
    const shade = faded(color(value), STRENGTH);
    box.style.setProperty("--shade", shade);
    box.style.color = inkOn(shade, stage.page);
    box.append(token(sentence.tokens[t] || String(t + 1)));
    box.title = `${sentence.tokens[t]} ${number(value).trim()}`;
    box.dataset.at = t;
    mark(box, value, { signal, unit, step: t });
    if (strip.at && t >= strip.at[0] && t < strip.at[1]) box.classList.add("peak");
    boxes.push(box);
    words.append(box);
  }
  if (strip.stop < sentence.tokens.length) words.append(element("span", "finding-more", "…"));
  if (find && !stage.header.offline) markable();

  /** One word takes the keyboard; the arrows move it, with Shift they take further words along, Enter asks. */
  function markable() {
    words.classList.add("markable");
    words.tabIndex = 0;
    words.setAttribute("role", "group");
    words.setAttribute("aria-label", `${panel.strings.mark}${stage.strings.colon}${sentence.tokens.slice(strip.first, strip.stop).join(" ")}`);
    let [from, to] = [null, null]; // places among the boxes, in the order in which they were taken
    const show = () => {
      const [low, high] = [Math.min(from, to), Math.max(from, to)];
      boxes.forEach((box, k) => box.classList.toggle("marked", from !== null && k >= low && k <= high));
    };
    const ask = () => {
      if (from === null) return;
      find(strip.first + Math.min(from, to), strip.first + Math.max(from, to) + 1);
    };
    const under = (event) => boxes.indexOf(document.elementFromPoint(event.clientX, event.clientY)?.closest(".finding-word"));
    let held = false;
    words.onpointerdown = (event) => {
      const k = boxes.indexOf(event.target.closest(".finding-word"));
      if (k < 0 || event.button) return;
      held = true;
      [from, to] = [k, k];
      if (event.pointerType !== "touch") words.setPointerCapture(event.pointerId);
      show();
    };
    words.onpointermove = (event) => {
      if (!held) return;
      const k = under(event);
      if (k >= 0 && k !== to) {
        to = k;
        show();
      }
    };
    words.onpointercancel = () => {
      held = false;
      from = null;
      show();
    };
    words.onpointerup = () => {
      if (!held) return;
      held = false;
      ask();
    };
    words.onkeydown = (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) {
        const start = strip.at ? strip.at[0] - strip.first : 0;
        const next = from === null ? start : Math.max(0, Math.min(boxes.length - 1, to + by));
        to = next;
        if (!event.shiftKey || from === null) from = next;
        show();
      } else if (event.key === "Enter") {
        if (from === null) from = to = strip.at ? strip.at[0] - strip.first : 0;
        show();
        ask();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
  }
  return node;
}

/** Of a sentence that is wider than its place the framed words are seen. */
export function reveal(words) {
  const peak = words.querySelector(".peak");
  if (peak) words.scrollLeft = peak.offsetLeft + peak.offsetWidth + 8 - words.offsetLeft - words.clientWidth;
  fadeEnds(words)();
}

/** Links to the sentence on other pages, at the unit and the word that are meant. */
export function links(stage, panel, sentence, unit, step) {
  const node = element("span", "finding-links");
  if (!sentence.query || stage.header.offline) return node;
  const spoken = new URLSearchParams(location.search).get("lang");
  for (const [page, text] of Object.entries({ states: panel.strings.states, "step-through": panel.strings.step })) {
    const link = element("a", "inside", text);
    link.href = `${page}?${sentence.query}&unit=${unit}&step=${step + 1}${spoken ? `&lang=${encodeURIComponent(spoken)}` : ""}`;
    node.append(link);
  }
  return node;
}
