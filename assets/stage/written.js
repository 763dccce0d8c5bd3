// A text as it is written, character by character, each on the colour of its surprise or of one unit's value.
import { element, mark } from "./dom.js";
import { colorOf, inkOn } from "./color.js";
import { legend } from "./legend.js";
import { unitChooser } from "./unit.js";

const LINE = "↵";
const SEEN = { "␣": " ", "⇥": "    " }; // as they look in a text; the others are seen as they are

export function createWritten(body, panel, stage) {
  const { header } = stage;
  const chooser = unitChooser(stage);
  const tabs = element("div", "sentence-signals");
  const range = element("span");
  const side = element("div", "written-side");
  const text = element("div", "written-text");
  let shown = panel.signals[0];
  const buttons = panel.signals.map((signal) => {
    const node = element("button", "", signal.name);
    Object.assign(node, { type: "button", title: signal.meaning });
    node.style.setProperty("--signal", signal.color);
    node.dataset.array = signal.array;
    node.onclick = () => {
      shown = signal;
      draw(stage.now, {});
    };
    tabs.append(node);
    return { node, signal };
  });
  side.append(range, chooser.node);
  const top = element("div", "written-top");
  top.append(tabs, side);
  body.append(top, text);
  const words = panel.spaced;
  const characters = panel.tokens.map((token, t) => {
    const node = element("span", t < panel.begins ? "written-character given" : "written-character");
    node.append(SEEN[token] ?? token);
    node.onclick = () => stage.select({ step: t });
    text.append(node, token === LINE ? "\n" : words ? " " : "");
    return node;
  });

  function draw({ step, unit, snapshot }, before) {
    chooser.draw(unit);
    if (unit !== before.unit || snapshot !== before.snapshot) {
      const color = colorOf(header.scales, shown.scale, shown.range);
      const own = shown.by === "unit";
      const values = own ? stage.over(shown.array) : stage.whole(shown.array);
      chooser.node.hidden = !own;
      const [low, high] = shown.range;
      range.replaceChildren(legend({ scale: shown.scale, low, high, above: !own, name: own ? "" : shown.unit }, header.scales));
      characters.forEach((node, t) => {
        const shade = Number.isNaN(values[t]) ? "rgba(128,128,128,0)" : color(values[t]);
        node.style.setProperty("--shade", shade);
        node.style.setProperty("--own", inkOn(shade, stage.page));
        mark(node, values[t], own ? { signal: shown.array, unit, step: t } : { signal: shown.array, step: t });
      });
      for (const { node, signal } of buttons) node.setAttribute("aria-pressed", signal === shown);
    }
    characters.forEach((node, t) => {
      node.classList.toggle("now", t === step);
      node.classList.toggle("next", t === step + 1);
      node.classList.toggle("later", t > step + 1);
    });
    reveal(characters[step]);
  }

  /** Keep the current character in sight, without moving the page around it. */
  function reveal(node) {
    const top = node.offsetTop - text.offsetTop;
    if (top < text.scrollTop || top + 30 > text.scrollTop + text.clientHeight) text.scrollTop = top - text.clientHeight / 2;
  }
  return { draw };
}
