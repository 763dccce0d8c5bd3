// Scene 2: the network reads word after word, and each state is a disc in the colours of the words it hangs on.
import { wordColor } from "../color.js";
import { element, mark, paint, percent, svg, token } from "../dom.js";
import { arrow, button, createSheet, isCalm, letter, pressable } from "./sheet.js";

const READS = 900; // ms for each word

export function createMixture(body, panel, stage) {
  const { tokens, words, network, names } = panel;
  const steps = tokens.length;
  const colors = tokens.map((_, k) => wordColor(panel.wheel, k, steps));
  let step = isCalm() ? steps - 1 : 0;
  let timer = null;

  body.classList.add("mixture");
  const again = button(`▶ ${words.read}`, read);
  const bar = element("div", "scene-bar");
  bar.append(again, element("span", "scene-note", words.note));
  body.append(bar);
  const chain = createSheet(body, "mixture-chain", drawChain);
  const told = element("ul", "mixture-parts");
  body.append(told);

  const effects = (t) => stage.at(panel.arrays.effect, t);
  const errors = (t) => stage.at(panel.arrays.error, t);

  function read() {
    clearTimeout(timer);
    if (isCalm()) return select(steps - 1);
    select(0);
    timer = setTimeout(function next() {
      select(step + 1);
      if (step < steps - 1) timer = setTimeout(next, READS);
    }, READS);
  }

  function select(t) {
    step = t;
    show();
  }

  function drawChain(node, wide, tall) {
    const across = wide / steps;
    const radius = Math.max(20, Math.min(across * 0.37, tall * 0.2, 84));
    const away = Math.min(tall * 0.37, radius + 84);
    const rows = { answer: tall * 0.52 - away, state: tall * 0.52, word: tall * 0.52 + away };
    tokens.forEach((word, t) => {
      const x = (t + 0.5) * across;
      const group = svg("g", { class: "mixture-column" });
      if (t) group.append(arrow([x - across + radius + 4, rows.state], [x - radius - 4, rows.state], "link recurrent"));
      group.append(arrow([x, rows.word - 22], [x, rows.state + radius + 5]));
      group.append(arrow([x, rows.state - radius - 4], [x, rows.answer + 20], t === steps - 1 ? "link" : "link faint"));
      group.append(letter(names.answer, String(t + 1), { x: x + 16, y: (rows.state - radius + rows.answer + 16) / 2 + 5 }));
      group.append(...answer(t, x, rows.answer, across));
      group.append(svg("circle", { class: "mixture-ground", cx: x, cy: rows.state, r: radius }));
      group.append(...disc(t, x, rows.state, radius));
      const label = letter(names.state, String(t + 1), { x, y: rows.state + 5, class: "letter mixture-name" });
      group.append(svg("circle", { class: "mixture-core", cx: x, cy: rows.state, r: Math.min(19, radius * 0.5) }), label);
      const name = svg("text", { class: "mixture-word", x, y: rows.word, "text-anchor": "middle" }, word);
      const line = svg("rect", { x: x - 16, y: rows.word + 7, width: 32, height: 5, rx: 2.5, fill: colors[t] });
      group.append(name, line);
      node.append(pressable(group, words.step.replace("{t}", t + 1).replace("{word}", word), () => (clearTimeout(timer), select(t))));
    });
    show();
  }

  /** The sectors of a disc: each word's effect as a part of all words' together. */
  function disc(t, x, y, radius) {
    const all = effects(t);
    const sum = all.reduce((total, each) => total + each, 0);
    let from = 0;
    return Array.from(all.subarray(0, t + 1), (effect, k) => {
      const share = effect / sum;
      const [a, b] = [from, from + share].map((turn) => 2 * Math.PI * turn - Math.PI / 2);
      from += share;
      const point = (angle) => `${x + radius * Math.cos(angle)},${y + radius * Math.sin(angle)}`;
      const whole = share > 0.9999;
      const d = `M${x},${y}L${point(a)}A${radius},${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${point(b)}Z`;
      const sector = whole ? svg("circle", { cx: x, cy: y, r: radius, fill: colors[k] }) : svg("path", { d, fill: colors[k] });
      sector.classList.add("sector");
      mark(sector, share, { signal: "effect:share", source: k, step: t, network });
      return sector;
    });
  }

  function answer(t, x, y, across) {
    const shares = stage.at(panel.arrays.p, t);
    const top = shares.indexOf(Math.max(...shares));
    const share = svg("text", { class: "mixture-share", x, y: y + 12, "text-anchor": "middle" });
    paint(share, percent(shares[top]), shares[top], { signal: "p", output: top, step: t, network });
    const lines = broken(panel.labels[top], across / 7.2);
    const label = svg("text", { class: "mixture-answer", x, y: y - 4 - 13 * (lines.length - 1), "text-anchor": "middle" });
    label.append(...lines.map((line, k) => svg("tspan", { x, dy: k ? 13 : 0 }, line)));
    return [label, share];
  }

  function show() {
    chain.node.querySelectorAll(".mixture-column").forEach((column, t) => {
      column.classList.toggle("later", t > step);
      column.classList.toggle("now", t === step);
      column.setAttribute("aria-pressed", String(t === step));
    });
    const rows = tokens.slice(0, step + 1).map((word, k) => {
      const row = element("li");
      const dot = element("i");
      dot.style.background = colors[k];
      const value = element("b");
      paint(value, `${(100 * effects(step)[k]).toFixed(0)}%`, effects(step)[k], { signal: "effect", source: k, step, network });
      const error = element("small");
      paint(error, `${(100 * errors(step)[k]).toFixed(1)}%`, errors(step)[k], { signal: "effect:error", source: k, step, network });
      const plusMinus = element("small", "", " ± ");
      row.append(dot, token(word), " ", value, plusMinus, error);
      return row;
    });
    told.replaceChildren(...rows);
  }

  let begun = false;
  return {
    draw({ scene }) {
      if (scene !== panel.scene || begun) return;
      begun = true;
      read();
    },
    destroy() {
      clearTimeout(timer);
      chain.destroy();
    },
  };
}

/** A text in lines of about so many letters. */
function broken(text, most) {
  const words = text.includes(" ") ? text.split(" ") : [text];
  const lines = [];
  for (const word of words) {
    if (lines.length && `${lines.at(-1)} ${word}`.length <= most) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}
