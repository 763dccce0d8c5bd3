// Scene 1: one cell whose state comes back to it, folded into a loop or open as a chain; beside it the tanh, and where
// on it the units of one step are.
import { colorOf } from "../color.js";
import { drawCurve } from "../curve.js";
import { createKinds } from "./kinds.js";
import { element, mark, number, paint, percent, svg, token } from "../dom.js";
import { arrow, between, button, createSheet, eased, isCalm, letter, over, pressable, squares } from "./sheet.js";

const OPENS_AFTER = 700; // ms in which the loop is seen before it opens by itself
const TAKES = 900;
const FOLDED = 0.03; // below, the cells lie one on another, and only the one of the chosen step is seen

export function createLoop(body, panel, stage) {
  const { tokens, words, network, names } = panel;
  const steps = tokens.length;
  const color = colorOf(stage.header.scales, "state", [-1, 1]);
  let open = isCalm() ? 1 : 0; // how far
  let wanted = open;
  let step = panel.step;
  let unit = panel.unit;
  let stop = () => {};
  let waiting = null;
  let parts = null; // what moves when the chain opens

  body.classList.add("loop");
  const left = element("div", "loop-left");
  const bar = element("div", "scene-bar");
  const toggle = button("", () => turn(1 - wanted));
  bar.append(toggle, element("span", "scene-note", words.shared));
  left.append(bar);
  const right = element("div", "loop-right");
  const told = element("p", "loop-sum");
  body.append(left, right);
  const chain = createSheet(left, "loop-chain", drawChain);
  left.append(createKinds(panel, stage));
  const curve = createSheet(right, "loop-curve", drawStates);
  right.append(told);

  function turn(to) {
    clearTimeout(waiting);
    waiting = null;
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
    toggle.classList.toggle("primary", !wanted);
    toggle.setAttribute("aria-pressed", String(wanted === 1));
  }

  const sizeOf = (wide, tall) => Math.max(26, Math.min(84, (wide / (steps + 1)) * 0.6, tall * 0.26));

  function drawChain(node, wide, tall) {
    const size = sizeOf(wide, tall);
    const across = wide / (steps + 1);
    const rows = { answer: tall * 0.17, state: tall * 0.5, word: tall * 0.85 };
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
    parts = { loop, links, columns, start, size, across, middle, rows };
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
    const radius = Math.min(17, size * 0.36);
    group.append(arrow([0, rows.word - 26], [0, rows.state + half + 3]));
    group.append(weight(names.from_input, { x: 7, y: (rows.word - 26 + rows.state + half) / 2 + 5 }, t, across));
    group.append(arrow([0, rows.state - half - 2], [0, rows.answer + radius + 3]));
    group.append(weight(names.readout, { x: 7, y: (rows.answer + radius + rows.state - half) / 2 + 5 }, t, across));
    group.append(svg("circle", { class: "loop-output", cx: 0, cy: rows.answer, r: radius }));
    group.append(ofStep(names.answer, t, { x: 0, y: rows.answer + radius * 0.3, style: `font-size: ${Math.min(16, radius)}px` }));
    const box = svg("g", { transform: `translate(0,${rows.state})` });
    box.append(svg("rect", { class: "loop-box", x: -half, y: -half, width: size, height: size, rx: 8, stroke: panel.color }));
    squares(stage.at(panel.arrays.h, t), size - 8, color).forEach((square, k) => {
      mark(square, stage.at(panel.arrays.h, t)[k], { signal: "h", unit: k, step: t, network });
      square.onclick = () => select(t, k);
      box.append(square);
    });
    group.append(box);
    group.append(ofStep(names.state, t, { x: -half - 3, y: rows.state - half - 6 }));
    group.append(ofStep(names.input, t, { x: 0, y: rows.word - 8, class: "letter loop-x" }));
    const text = svg("text", { class: "loop-word", x: 0, y: rows.word + 14, "text-anchor": "middle" }, shortened(tokens[t], across));
    group.append(text);
    pressable(group, words.step.replace("{t}", t + 1).replace("{word}", tokens[t]), () => select(t, unit));
    return { group, text };
  }

  /** Where everything is while the chain is so far open. */
  function place() {
    const { loop, links, columns, start, size, across, middle, rows } = parts;
    const at = (k) => between(middle, (k + 0.5) * across, open);
    const seen = Math.max(0, Math.min(1, open * 1.6 - 0.6));
    loop.setAttribute("opacity", Math.max(0, 1 - open * 2.2));
    columns.forEach(({ group }, t) => group.setAttribute("transform", `translate(${at(t + 1)},0)`));
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
      group.querySelectorAll("rect:not(.loop-box)").forEach((square, k) => square.classList.toggle("chosen", t === step && k === unit));
    });
    if (open < FOLDED) columns[step].group.parentNode.append(columns[step].group); // its state lies on top of the pile
  }

  function drawStates(node, wide, tall) {
    const sums = stage.at(panel.arrays.sum, step);
    const states = stage.at(panel.arrays.h, step);
    const dots = drawCurve(node, wide, tall, { f: Math.tanh, sums, values: states, unit, color, names: panel.axes });
    dots.forEach((dot, k) => {
      mark(dot, states[k], { signal: "h", unit: k, step, network });
      dot.onclick = () => select(step, k);
    });
    tell(states);
  }

  function tell(states) {
    const value = (number_, signal) => {
      const node = element("b");
      paint(node, number(number_, 2).replace("\u2007", ""), number_, { signal, unit, step, network });
      node.classList.toggle("negative", number_ < 0);
      return node;
    };
    const symbol = (name, index) => {
      const [head, below] = name.split("_");
      const node = element("i", "symbol", head);
      if (below ?? index) node.append(element("sub", "", below ?? index));
      return node;
    };
    const t = String(step + 1);
    const [x, before, bias] = panel.arrays.parts.map((name, k) => value(stage.at(name, step)[unit], `h:${k}`));
    const sum = element("span");
    const [fromInput, fromState] = [symbol(names.from_input), symbol(names.recurrent)];
    const before_ = symbol(names.state, String(step));
    sum.append(symbol("a"), " = ", fromInput, " ", symbol(names.input, t), " + ", fromState, " ", before_, " + ", symbol("b"));
    const numbers = element("span", "loop-numbers");
    numbers.append(" = ", x, " + ", before, " + ", bias, " = ", value(stage.at(panel.arrays.sum, step)[unit], "h:sum"));
    const state = element("span");
    state.append(symbol(names.state, t), " = tanh(", symbol("a"), ") = ", value(states[unit], "h"));
    const answer = element("span");
    const shares = stage.at(panel.arrays.p, step);
    const top = shares.indexOf(Math.max(...shares));
    const share = element("b");
    paint(share, percent(shares[top]), shares[top], { signal: "p", output: top, step, network });
    const [read, scored] = [symbol(names.readout), symbol(names.state, t)];
    answer.append(symbol(names.answer, t), " = softmax(", read, " ", scored, "): ", panel.labels[top], " ", share);
    const head = element("span", "loop-head");
    head.append(token(tokens[step]), ` · ${words.unit.replace("{unit}", unit)}`);
    told.replaceChildren(head, sum, numbers, state, answer);
  }

  sayWhere();
  return {
    draw({ scene }, before) {
      if (scene === panel.scene && before.scene === undefined && !isCalm() && waiting === null && !open) {
        waiting = setTimeout(() => turn(1), OPENS_AFTER);
      }
      if (before.scene === undefined) [chain, curve].forEach((sheet) => sheet.paint());
    },
    destroy() {
      clearTimeout(waiting);
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
