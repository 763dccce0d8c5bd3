// What a unit does among many sentences: those that excite it most, the words it fires on, and how it tells its label from
// the rest. All units travel at once, so that the slider needs no server; where it comes to rest, the page follows.
import { element, inked } from "../dom.js";
import { legend } from "../legend.js";
import { createStrip, links, reveal, STRENGTH } from "./strip.js";
import { drawShape, drawWords } from "./words.js";

const RESTS = 400; // ms after the last move until the server is asked

export function createUnitFinder(body, panel, stage) {
  const { strings, units } = panel;
  const numbers = stage.whole(panel.values);
  const own = stage.whole(panel.own.array);
  let chosen = panel.unit;
  let rest = null;

  body.style.setProperty("--accent", panel.accent);
  const head = element("div", "finding-head");
  const line = element("label", "finding-chooser");
  const slider = element("input", "stage-slider");
  Object.assign(slider, { type: "range", min: 0, max: Math.max(1, units.length - 1), step: 1, value: chosen, disabled: units.length < 2 });
  slider.setAttribute("aria-label", strings.unit);
  const reading = element("b", "finding-unit");
  const told = element("span", "finding-told");
  const turn = (text, name, by) => {
    const node = element("button", "finding-turn", text);
    node.type = "button";
    node.setAttribute("aria-label", name);
    node.onclick = () => choose(chosen + by);
    return node;
  };
  line.append(reading, slider);
  const scale = legend({ scale: panel.scale, low: panel.range[0], high: panel.range[1] }, stage.header.scales);
  body.style.setProperty("--strength", STRENGTH);
  head.append(turn("−", stage.strings.unit_before, -1), line, turn("+", stage.strings.unit_after, 1), told, scale);
  const sheet = element("div", "finding-sheet");
  const list = element("div", "finding-list");
  const side = element("div", "finding-side");
  sheet.append(list, side);
  body.append(head, sheet);

  function choose(unit) {
    const next = Math.max(0, Math.min(units.length - 1, unit));
    if (next === chosen) return;
    chosen = next;
    show();
    clearTimeout(rest);
    if (!stage.header.offline) rest = setTimeout(() => stage.ask("knob", { name: "looked", value: `${panel.network}.${chosen}` }), RESTS);
  }
  slider.oninput = () => choose(Number(slider.value));

  function show() {
    const unit = units[chosen];
    slider.value = chosen;
    reading.textContent = `${strings.unit} ${chosen}`;
    slider.setAttribute("aria-valuetext", `${chosen}${stage.strings.colon}${unit.told}`);
    told.textContent = unit.told;
    inked(told, panel.accent);
    const heading = body.parentElement?.querySelector("h3");
    if (heading && chosen !== panel.unit) heading.textContent = (unit.low ? strings.lowest : strings.highest).replace("{unit}", chosen);
    const width = units.length;
    const ask = (sentence) => (from, to) => stage.ask("knob", { name: "marked", value: [...sentence, from, to].join(".") });
    const states = Float32Array.from({ length: panel.own.tokens.length }, (_, t) => own[t * width + chosen]);
    const whole = { first: 0, stop: Math.min(56, states.length) };
    const mine = createStrip(stage, panel, { strip: whole, sentence: panel.own, values: states, find: ask([panel.own.mark, "own"]), number: "✎", signal: "own", unit: chosen });
    mine.classList.add("own");
    mine.append(element("span", "finding-label", strings.own));
    const rows = unit.top.map((strip, k) => {
      const sentence = panel.sentences[strip.sentence];
      const values = numbers.subarray(strip.values, strip.values + strip.stop - strip.first);
      const node = createStrip(stage, panel, { strip, sentence, values, find: ask([panel.of_sentences, strip.sentence]), number: String(k + 1), unit: chosen });
      node.append(element("span", "finding-label", strip.label), links(stage, panel, sentence, chosen, strip.at[0]));
      return node;
    });
    list.replaceChildren(...rows, mine);
    for (const strip of list.querySelectorAll(".finding-words")) reveal(strip);
    side.replaceChildren(...drawWords(stage, panel, unit, chosen), ...drawShape(panel, unit, chosen));
  }

  return {
    draw() {
      show();
      if (stage.returns === "knob") slider.focus({ preventScroll: true });
      stage.returns = stage.returns === "knob" ? "" : stage.returns;
    },
    destroy: () => clearTimeout(rest),
  };
}
