// One position, read from both sides: the two states, what becomes of them when they are merged, and what each of
// them adds to the score of every answer. The parts are exact: they sum to the score.
import { canvas, digitsApart, element, inked, mark, number, paint as paintNumber, percent, write } from "./dom.js";
import { colorOf, drawUnits } from "./color.js";
import { unitChooser } from "./unit.js";

const TALL = 30;

export function createSides(body, panel, stage) {
  const { header } = stage;
  const color = colorOf(header.scales, panel.scale, panel.range);
  const texts = panel.strings;
  const wide = () => Math.max(120, body.clientWidth);
  let how = panel.merges[0];

  const strips = panel.sides.map((side) => strip(side.name, side.color));
  const tabs = element("div", "sentence-signals");
  const merged = strip("", null);
  const note = element("p", "sides-note");
  const chooser = unitChooser(stage);
  body.append(...strips.map(({ node }) => node), tabs, merged.node, note, chooser.node);
  const buttons = panel.merges.map((name) => {
    const node = element("button", "", texts[name]);
    node.type = "button";
    node.onclick = () => {
      how = name;
      draw(stage.now);
    };
    tabs.append(node);
    return { node, name };
  });
  const table = element("div", "sides-table");
  body.append(table);
  const rows = panel.labels.map((label) => scoreRow(label));

  function strip(name, accent) {
    const node = element("div", "sides-strip");
    const head = element("span", "sides-head");
    const title = element("b", "", name);
    if (accent) inked(title, accent);
    const read = element("small");
    const value = element("span", "sides-value");
    head.append(title, read, value);
    const place = element("div");
    node.append(head, place);
    return { node, title, read, value, place, sheet: null };
  }

  function paint(one, values, unit, place) {
    const width = wide();
    if (one.sheet?.width !== width) {
      one.sheet = { ...canvas(width, TALL), width };
      one.place.replaceChildren(one.sheet.node);
    }
    one.sheet.context.clearRect(0, 0, width, TALL);
    const units = panel.units;
    const chosen = values.length > units ? -1 : unit; // two halves have two such units
    one.value.hidden = chosen < 0;
    if (chosen < 0) delete one.value.dataset.value;
    else paintNumber(one.value, number(values[chosen]), values[chosen], { ...place, unit: chosen });
    drawUnits(one.sheet.context, 0, 0, width, TALL, values, color, chosen, stage.ink);
  }

  function scoreRow(label) {
    const name = element("span", "sides-label", label);
    const bars = element("span", "sides-bars");
    const parts = panel.parts.map(({ color: ink }) => {
      const bar = element("i");
      bar.style.background = ink;
      bars.append(bar);
      return bar;
    });
    const score = element("span", "sides-score");
    const share = element("span", "sides-share");
    const node = element("div", "sides-row");
    node.append(name, bars, score, share);
    table.append(node);
    return { node, parts, score, share };
  }

  /** Two directions become one vector; only for the eye, the trained read-out takes both as they are. */
  function mergedValues(sides) {
    if (how === "concat" || sides.length < 2) return Float32Array.from(sides.flatMap((side) => [...side]));
    const [a, b] = sides;
    const rule = { sum: (x, y) => x + y, mean: (x, y) => (x + y) / 2, product: (x, y) => x * y }[how];
    return a.map((value, k) => rule(value, b[k]));
  }

  /** What a side has read when it stands at this step, in its own order; a long way is cut to its last words. */
  function way(step, backward) {
    const words = backward ? header.tokens.slice(step).toReversed() : header.tokens.slice(0, step + 1);
    return (words.length > 7 ? ["…", ...words.slice(-7)] : words).join(" ");
  }

  function draw({ step, unit }) {
    const sides = panel.sides.map((side) => stage.at(side.array));
    panel.sides.forEach((side, k) => {
      paint(strips[k], sides[k], unit, { signal: "h", direction: side.backward ? "backward" : "forward" });
      write(strips[k].read, `${texts.read} ${way(step, side.backward)}`);
    });
    for (const { node, name } of buttons) node.setAttribute("aria-pressed", name === how);
    paint(merged, mergedValues(sides), unit, { signal: `h:${how}` });
    write(merged.title, texts[`${how}_rule`]);
    write(note, how === "concat" ? texts.concat_note : texts.other_note);
    chooser.draw(unit);
    const shares = stage.at(panel.probabilities);
    const top = shares.indexOf(Math.max(...shares));
    const digits = digitsApart(shares);
    rows.forEach((row, c) => {
      let sum = 0;
      panel.parts.forEach(({ array }, k) => {
        const value = stage.at(array)[c];
        sum += value;
        const length = Number.isFinite(value) ? Math.min(1, Math.abs(value) / panel.limit) : 0;
        row.parts[k].style.transform = `scaleX(${value < 0 ? -length : length})`;
        row.parts[k].title = number(value, 2);
        mark(row.parts[k], value, { signal: array, output: c });
      });
      paintNumber(row.score, number(sum, 2), sum, { signal: "p:sum", output: c });
      paintNumber(row.share, percent(shares[c], digits), shares[c], { signal: "p", output: c });
      row.node.classList.toggle("top", c === top);
    });
  }

  const observer = new ResizeObserver(() => draw(stage.now));
  observer.observe(body);
  return { draw, destroy: () => observer.disconnect() };
}
