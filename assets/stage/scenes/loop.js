// Scene 1: one cell whose state comes back to it, folded into a loop or open as a chain; beside it the tanh, and where
// on it the units of one step are.
import { colorOf } from "../color.js";
import { drawCurve } from "../curve.js";
import { element, mark, paint, percent, svg } from "../dom.js";
import { createKinds } from "./kinds.js";
import { arrow, between, button, createSheet, eased, letter, over, pressable, squares } from "./sheet.js";
import { tellSum } from "./unit_sum.js";

const TAKES = 900; // ms from the chain to the loop
const FOLDED = 0.03; // below, the cells lie one on another, and only the one of the chosen step is seen
const ROOM_FOR_ANSWERS = 72; // pixels between two cells from which each has its answer above it

export function createLoop(body, panel, stage) {
  const { tokens, words, network, names } = panel;
  const steps = tokens.length;
  const color = colorOf(stage.header.scales, "state", [-1, 1]);
  let open = 1; // how far: the page opens with the chain, and a click folds it
  let wanted = open;
  let step = panel.step;
  let unit = panel.unit;
  let stop = () => {};
  let parts = null; // what moves when the chain opens

  body.classList.add("loop");
  const left = element("div", "loop-left");
  const bar = element("div", "scene-bar");
  const toggle = button("", () => turn(1 - wanted));
  bar.append(element("span", "scene-note", words.shared), toggle);
  left.append(bar);
  const right = element("div", "loop-right");
  const told = element("p", "loop-sum");
  body.append(left, right);
  const chain = createSheet(left, "loop-chain", drawChain);
  left.append(createKinds(panel, stage));
  const curve = createSheet(right, "loop-curve", drawStates);
  right.prepend(element("p", "scene-note", words.dots));
  right.append(told);

  function turn(to) {
    stop();
    const from = open;
    wanted = to;
    sayWhere();
    stop = over(TAKES, (share) => {
      open = between(from, to, eased(share));
      if (parts) place();
    });
  }

  function sayWhere() {
    toggle.textContent = `⇄ ${wanted ? words.fold : words.unfold}`;
    toggle.setAttribute("aria-pressed", String(wanted === 1));
  }

  const sizeOf = (wide, tall) => Math.max(26, Math.min(84, (wide / (steps + 1)) * 0.6, tall * 0.26));

  function drawChain(node, wide, tall) {
    const size = sizeOf(wide, tall);
    const across = wide / (steps + 1);
    const [answered, read] = [Math.max(tall * 0.17, 50), Math.max(tall - 34, Math.min(tall - 18, 240))];
    const rows = { answer: answered, state: (answered + read) / 2 - 4, word: read };
    const middle = wide / 2;
    const loop = svg("g", { class: "link loop-back" });
    const [x, y, r] = [middle + size / 2, rows.state, size * 0.95];
    loop.append(svg("path", { d: `M${x},${y - 10}C${x + r * 1.3},${y - r * 1.5} ${x + r * 1.3},${y + r * 1.5} ${x + 5},${y + 11}` }));
    loop.append(svg("path", { class: "head", d: `M${x},${y + 8}l9,-2l-3,8Z` }));
    loop.append(letter(names.recurrent, "", { x: x + r * 1.08 + 6, y: y + 5, "text-anchor": "start" }));
    loop.append(letter(names.state, "t−1", { x: x + r * 0.8, y: y - r * 1.05 }));
    const links = Array.from({ length: steps }, () => svg("g"));
    const columns = tokens.map((_, t) => column(t, size, rows, across));
    const start = startColumn(size, rows);
    node.append(loop, start, ...links, ...columns.map(({ group }) => group));
    parts = { loop, links, columns, start, size, across, middle, rows, isPile: false };
    place();
    choose();
  }

  function startColumn(size, { state }) {
    const group = svg("g", { class: "loop-start" });
    const half = size / 2;
    group.append(svg("rect", { class: "loop-zero", x: -half, y: state - half, width: size, height: size, rx: 8 }));
    group.append(letter("0", "", { x: 0, y: state + 5 }));
    group.append(letter(names.state, "0", { x: 0, y: state - half - 9 }));
    return group;
  }

  function column(t, size, rows, across) {
    const half = size / 2;
    const group = svg("g", { class: "loop-column" });
    const around = svg("g"); // all but the cell
    const radius = Math.min(17, size * 0.36);
    const band = { x: -across / 2 + 2, y: rows.answer - radius - 42, width: across - 4, height: rows.word + 66 - rows.answer + radius, rx: 10 };
    around.append(svg("rect", { class: "loop-band", ...band }));
    around.append(arrow([0, rows.word - 26], [0, rows.state + half + 3]));
    around.append(weight(names.from_input, { x: 7, y: (rows.word - 26 + rows.state + half) / 2 + 5 }, t, across));
    around.append(arrow([0, rows.state - half - 2], [0, rows.answer + radius + 3]));
    around.append(weight(names.readout, { x: 7, y: (rows.answer + radius + rows.state - half) / 2 + 5 }, t, across));
    around.append(svg("circle", { class: "loop-output", cx: 0, cy: rows.answer, r: radius }));
    around.append(ofStep(names.answer, t, { x: 0, y: rows.answer + radius * 0.3, style: `font-size: ${Math.min(16, radius)}px` }));
    around.append(answer(t, rows.answer - radius, across));
    const box = svg("g", { transform: `translate(0,${rows.state})` });
    box.append(svg("rect", { class: "loop-box", x: -half, y: -half, width: size, height: size, rx: 8, stroke: panel.color }));
    squares(stage.at(panel.arrays.h, t), size - 8, color).forEach((square, k) => {
      mark(square, stage.at(panel.arrays.h, t)[k], { signal: "h", unit: k, step: t, network });
      square.onclick = () => select(t, k);
      box.append(square);
    });
    around.append(ofStep(names.state, t, { x: -6, y: rows.state - half - 7, "text-anchor": "end" }));
    around.append(ofStep(names.input, t, { x: 0, y: rows.word - 8, class: "letter loop-x" }));
    around.append(svg("text", { class: "loop-word", x: 0, y: rows.word + 14, "text-anchor": "middle" }, shortened(tokens[t], across)));
    group.append(around, box);
    pressable(group, words.step.replace("{t}", t + 1).replace("{word}", tokens[t]), () => select(t, unit));
    return { group, around };
  }

  /** The likeliest answer after a step, above its output; where the cells stand close, of the chosen step alone. */
  function answer(t, y, across) {
    const shares = stage.at(panel.arrays.p, t);
    const top = shares.indexOf(Math.max(...shares));
    const group = svg("g", { class: across < ROOM_FOR_ANSWERS ? "loop-answer alone" : "loop-answer" });
    const share = svg("text", { y: y - 8, "text-anchor": "middle" });
    paint(share, percent(shares[top]), shares[top], { signal: "p", output: top, step: t, network });
    group.append(svg("text", { y: y - 23, "text-anchor": "middle" }, panel.labels[top]), share);
    return group;
  }

  /** Where everything is while the chain is so far open. */
  function place() {
    const { loop, links, columns, start, size, across, middle, rows } = parts;
    const at = (k) => between(middle, (k + 0.5) * across, open);
    const seen = Math.max(0, Math.min(1, (open * across - size) / (across - size))); // what is written is read only apart
    loop.setAttribute("opacity", Math.max(0, 1 - open * 6));
    columns.forEach(({ group, around }, t) => {
      group.setAttribute("transform", `translate(${at(t + 1)},0)`);
      around.setAttribute("opacity", t === step ? 1 : seen);
    });
    start.setAttribute("transform", `translate(${at(0)},0)`);
    start.setAttribute("opacity", seen);
    links.forEach((link, t) => {
      link.setAttribute("opacity", seen);
      const [from, to] = [at(t) + size / 2 + 2, at(t + 1) - size / 2 - 3];
      link.replaceChildren();
      if (to - from < 8) return;
      link.append(arrow([from, rows.state], [to, rows.state], "link recurrent"));
      const above = rows.state + (across < 72 ? 15 : -8);
      link.append(weight(names.recurrent, { x: (from + to) / 2 - 2, y: above, "text-anchor": "middle" }, t, across));
    });
    chain.frame.classList.toggle("folded", open < FOLDED);
    if (parts.isPile === seen < 1) return;
    parts.isPile = seen < 1; // the chosen state lies on top of the pile; apart they stand in the order of the keyboard
    for (const { group } of parts.isPile ? [columns[step]] : columns) group.parentNode.append(group);
  }

  function select(t, k) {
    step = t;
    unit = k;
    if (parts) choose();
    curve.paint();
  }

  function choose() {
    const { columns } = parts;
    columns.forEach(({ group }, t) => {
      group.classList.toggle("now", t === step);
      group.setAttribute("aria-pressed", String(t === step));
      group.querySelectorAll("[data-unit]").forEach((square, k) => square.classList.toggle("chosen", t === step && k === unit));
    });
  }

  function drawStates(node, wide, tall) {
    const sums = stage.at(panel.arrays.sum, step);
    const states = stage.at(panel.arrays.h, step);
    const dots = drawCurve(node, wide, tall, { f: Math.tanh, sums, values: states, unit, color, names: panel.axes });
    dots.forEach((dot, k) => {
      mark(dot, states[k], { signal: "h", unit: k, step, network });
      dot.onclick = () => select(step, k);
    });
    told.replaceChildren(...tellSum(panel, stage, step, unit));
  }

  sayWhere();
  return {
    draw(_, before) {
      if (before.scene === undefined) [chain, curve].forEach((sheet) => sheet.paint());
    },
    destroy() {
      stop();
      chain.destroy();
      curve.destroy();
    },
  };
}

/** A letter with its step's number, in the loop with t: there it stands for every step. */
function ofStep(name, t, attributes) {
  const text = letter(name, String(t + 1), attributes);
  const any = text.lastChild.cloneNode();
  text.lastChild.classList.add("this-step");
  any.classList.add("any-step");
  any.textContent = "t";
  text.append(any);
  return text;
}

/** A matrix beside its arrow; one with a long name once, where it would run into the next column. */
function weight(name, attributes, t, across) {
  const long = name.includes("_");
  if (long && t && across < 110) return svg("g");
  return letter(name, "", { "text-anchor": "start", ...(long && { style: "font-size: 12.5px" }), ...attributes });
}

/** A word as far as there is room for it. */
function shortened(word, room) {
  const most = Math.max(2, Math.floor(room / 8));
  return [...word].length > most ? `${[...word].slice(0, most - 1).join("")}…` : word;
}
