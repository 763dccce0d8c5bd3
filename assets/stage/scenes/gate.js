// Scene 6: the same LSTM on the same sequence, its forget gate held shut, let go, or held open: every unit's c over the
// steps, the gate below, and what the network answers at the end.
import { element, mark, paint, percent, svg } from "../dom.js";
import { between, createSheet, eased, letter, over } from "./sheet.js";

const TAKES = 700;

export function createGate(body, panel, stage) {
  const { words, steps, units, runs, labels } = panel;
  let chosen = 1; // let go
  let from = chosen;
  let share = 1; // of the way from the run before to the chosen one
  let stop = () => {};

  body.classList.add("gate");
  const bar = element("div", "scene-bar gate-bar");
  bar.setAttribute("role", "radiogroup");
  bar.setAttribute("aria-label", words.gate);
  const buttons = runs.map(({ label }, k) => {
    const node = element("button", "scene-button gate-hold", label);
    node.type = "button";
    node.setAttribute("role", "radio");
    node.onclick = () => hold(k);
    node.onkeydown = (event) => {
      const turn = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (!turn) return;
      event.preventDefault();
      hold(Math.max(0, Math.min(runs.length - 1, k + turn)));
      buttons[chosen].focus();
    };
    return node;
  });
  const said = element("p", "gate-said");
  said.setAttribute("role", "status");
  bar.append(...buttons);
  body.append(bar, said);
  const field = element("div", "gate-field");
  body.append(field);
  const chart = createSheet(field, "gate-chart", drawChart);
  const answers = element("div", "gate-answers");
  field.append(answers);
  answers.append(element("h4", "", words.answer));
  const bars = labels.map((label, k) => {
    const row = element("div", `gate-answer${k === panel.right ? " right" : ""}`);
    const value = element("span", "share");
    const fill = element("i");
    const track = element("span", "track");
    track.append(fill);
    row.append(element("span", "name", label), track, value);
    row.style.setProperty("--cell", panel.color);
    answers.append(row);
    return { row, fill, value };
  });

  function hold(k) {
    stop();
    from = chosen;
    chosen = k;
    show();
    stop = over(TAKES, (now) => {
      share = eased(now);
      chart.paint();
    });
  }

  function show() {
    const run = runs[chosen];
    buttons.forEach((node, k) => {
      node.setAttribute("aria-checked", String(k === chosen));
      node.tabIndex = k === chosen ? 0 : -1;
    });
    const shares = stage.arrays[run.p];
    const top = shares.indexOf(Math.max(...shares));
    bars.forEach(({ row, fill, value }, k) => {
      fill.style.transform = `scaleX(${shares[k]})`;
      paint(value, percent(shares[k]), shares[k], { signal: "p", output: k, network: run.name });
      row.classList.toggle("top", k === top);
    });
    const mean = element("b");
    const gates = stage.arrays[run.f];
    const average = gates.reduce((sum, value) => sum + value, 0) / gates.length;
    paint(mean, average.toFixed(2), average, { signal: "f:average", network: run.name });
    const [before, after] = run.says.split("{mean}");
    said.replaceChildren(before, ...(after === undefined ? [] : [mean, after]));
  }

  function drawChart(node, wide, tall) {
    const edge = { left: 40, right: 12, top: 10 };
    const strip = 34; // of the gate
    const bottom = tall - strip - 62;
    const x = (t) => edge.left + ((t + 0.5) / steps) * (wide - edge.left - edge.right);
    const most = panel.most;
    const bend = (c) => Math.asinh(c) / Math.asinh(most); // small and large on one axis
    const y = (c) => (edge.top + bottom) / 2 - (bend(c) * (bottom - edge.top)) / 2;
    for (const mark_ of panel.ticks) {
      node.append(svg("path", { class: "axis", d: `M${edge.left},${y(mark_)}H${wide - edge.right}` }));
      node.append(svg("text", { class: "tick", x: edge.left - 6, y: y(mark_) + 4, "text-anchor": "end" }, String(mark_).replace("-", "−")));
    }
    const [before, now] = [stage.arrays[runs[from].c], stage.arrays[runs[chosen].c]];
    const last = (steps - 1) * units;
    const order = [...Array(units).keys()].sort((a, b) => Math.abs(now[last + a]) - Math.abs(now[last + b]));
    for (const k of order) {
      const values = Array.from({ length: steps }, (_, t) => between(before[t * units + k], now[t * units + k], share));
      const line = svg("path", {
        class: "gate-line",
        d: `M${values.map((c, t) => `${x(t).toFixed(1)},${y(c).toFixed(1)}`).join("L")}`,
        stroke: values.at(-1) > 0 ? panel.positive : panel.negative,
      });
      mark(line, now[last + k], { signal: "c", unit: k, step: steps - 1, network: runs[chosen].name });
      node.append(line);
    }
    node.append(letter("c", "t", { x: edge.left + 16, y: edge.top + 12, class: "letter gate-letter" }));
    drawGate(node, { x, wide, strip, edge, base: tall - 40, first: stage.arrays[runs[from].f], then: stage.arrays[runs[chosen].f] });
    panel.tokens.forEach((word, t) => {
      if (t && (t + 1) % 10) return;
      const text = t ? String(t + 1) : word;
      node.append(svg("text", { class: t ? "tick" : "gate-first", x: x(t), y: tall - 22, "text-anchor": "middle" }, text));
    });
    node.append(svg("text", { class: "tick", x: wide / 2, y: tall - 5, "text-anchor": "middle" }, words.steps));
  }

  /** The gate at each step, its mean over the units: a bar that is full where it is open. */
  function drawGate(node, { x, wide, strip, edge, base, first, then }) {
    const room = (wide - edge.left - edge.right) / steps;
    node.append(svg("text", { class: "tick", x: edge.left - 6, y: base - strip + 12, "text-anchor": "end" }, "f"));
    node.append(svg("rect", { class: "gate-frame", x: edge.left, y: base - strip, width: room * steps, height: strip }));
    for (let t = 0; t < steps; t++) {
      const open = between(first[t], then[t], share);
      const bar = svg("rect", { class: "gate-bar-fill", x: x(t) - room * 0.45, width: room * 0.9, y: base - open * strip, height: open * strip });
      mark(bar, then[t], { signal: "f:mean", step: t, network: runs[chosen].name });
      node.append(bar);
    }
  }

  show();
  return {
    draw() {},
    destroy() {
      stop();
      chart.destroy();
    },
  };
}
