// A sequence as pairs (a, b), one for each step, that are put together round by round until every one begins at the
// first step: then its b is the state. Time runs to the right, rounds upwards.
import { element, number, paint, precise, svg, write } from "./dom.js";
import { fadeEnds } from "./edges.js";
import { unitChooser } from "./unit.js";

const LEAST = 48; // pixels of a column
const MOST = 112;
const NAMELESS = 60; // from where on both numbers have room for their letters
const NAMES = 74; // of the names of the rows
const HEIGHT = 330; // that all rows share, where there are few
const ROW = { least: 31, most: 66, both: 40 }; // of a row; from where on both numbers fit
const FOOT = 24; // for the words
const ROUND = 9; // of a line's corners
const LEAST_WRITTEN = 1e-3; // share that is written out
const [WRITTEN, MOST_WRITTEN] = [4, 8]; // digits of a result, and at most of what it is made of

const placesOf = (value) => (value ? Math.max(1, 1 - Math.floor(Math.log10(Math.abs(value)))) : 0);

export function createScan(body, panel, stage) {
  const { rounds, strings, tokens } = panel;
  const [length, last] = [tokens.length, rounds.length - 1];
  const tall = Math.max(ROW.least, Math.min(ROW.most, HEIGHT / (rounds.length + 1)));
  const box = tall - (tall > 44 ? 24 : 9);
  const both = tall > ROW.both;
  const wide = Math.max(LEAST, Math.min(MOST, (body.clientWidth - NAMES - 4) / length));
  const high = tall * (rounds.length + 1) + FOOT;
  const middle = (row) => high - FOOT - (row + 0.5) * tall;
  const center = (t) => (t + 0.5) * wide;

  const units = unitChooser(stage);
  const scroller = element("div", "scan-scroll");
  const names = svg("svg", { width: NAMES, height: high, class: "scan-names", "aria-hidden": true });
  const sheet = svg("svg", { width: wide * length, height: high, class: "scan-sheet" });
  const frame = element("div", "scan-frame");
  const said = element("p", "scan-said");
  said.setAttribute("aria-live", "polite");
  scroller.append(sheet);
  frame.append(names, scroller);
  body.style.setProperty("--cell", panel.color);
  const foot = element("div", "scan-foot");
  foot.append(said, units.node);
  body.append(frame, foot);

  const bands = rounds.map((_, r) => svg("rect", { x: 0, y: middle(r) - tall / 2 + 1, width: wide * length, height: tall - 2, rx: 6, class: "band" }));
  const labels = [...rounds.keys(), rounds.length].map((r) => {
    if (r === 0 && both) return lettered();
    const text = r === 0 ? strings.pairs : r > last ? strings.states : strings.round.replace("{number}", r);
    return svg("text", { x: NAMES - 10, y: middle(r) + 4, "text-anchor": "end" }, text);
  });
  names.append(...labels, svg("text", { x: NAMES - 10, y: high - 7, "text-anchor": "end" }, strings.read));
  const [edges, boxes] = [svg("g"), svg("g")];
  sheet.append(...bands, edges, boxes);
  tokens.forEach((token, t) => sheet.append(svg("text", { x: center(t), y: high - 7, "text-anchor": "middle", class: "word" }, token || String(t + 1))));

  const top = new Array(length).fill(0); // in which round each place was last put together
  const nodes = [];
  const links = [];
  for (let t = 0; t < length; t++) nodes.push(makeNode({ t, first: t, left: -1 }, 0, 0));
  rounds.forEach((joined, r) => {
    const before = [...top];
    for (const join of joined) {
      link(join.t, before[join.t], join.t, r, r, "own");
      link(join.left, before[join.left], join.t, r, r, "other");
      nodes.push(makeNode(join, r, before[join.t], before[join.left]));
      top[join.t] = r;
    }
  });
  const states = tokens.map((_, t) => {
    link(t, top[t], t, rounds.length, top[t], "shown");
    return makeNode({ t, first: 0, left: -1 }, rounds.length, top[t]);
  });

  /** Beside the boxes of the single steps, what their two numbers are. */
  function lettered() {
    const node = svg("text", { "text-anchor": "end" });
    for (const [text, y] of [[strings.written, -3], [strings.kept, 13]]) node.append(svg("tspan", { x: NAMES - 10, y: middle(0) + y }, text));
    return node;
  }

  function link(t, row, other, to, from, kind) {
    const [x, y, u, v] = [center(t), middle(row) - box / 2, center(other), middle(to) + box / 2];
    const level = v + (tall - box) / 2; // across right below the box, where no other stands
    const round = Math.sign(u - x) * Math.min(ROUND, level - v);
    const across = x === u ? "" : `V${level + Math.abs(round)}Q${x},${level} ${x + round},${level}H${u - round}Q${u},${level} ${u},${level - Math.abs(round)}`;
    const node = svg("path", { d: `M${x},${y}${across}V${v}`, class: `link ${kind}` });
    edges.append(node);
    links.push({ node, from, kind, made: `${other} ${to}` });
  }

  function makeNode({ t, first, left }, row, round, other = 0) {
    const node = svg("g", { class: "pair", transform: `translate(${center(t)} ${middle(row)})` });
    const isState = row > last;
    const b = svg("text", { y: both && !isState ? -3 : 5, "text-anchor": "middle", class: "written" });
    const a = svg("text", { y: 13, "text-anchor": "middle", class: "kept" });
    const [written, kept] = [svg("tspan"), svg("tspan")];
    const letters = both && !isState && wide > NAMELESS ? [[b, "b"], [a, "a"]].map(([place, name]) => ({ name, node: place.appendChild(svg("tspan", { class: "name" })) })) : [];
    node.append(svg("rect", { x: 3 - wide / 2, y: -box / 2, width: wide - 6, height: box, rx: 6 }), b);
    if (both && !isState) {
      a.append(kept);
      node.append(a);
    }
    b.append(written);
    boxes.append(node);
    const one = { node, t, first, left, row, round: isState ? round : row, own: round, other, a: kept, b: written, letters, isState };
    node.addEventListener("click", () => {
      chosen = one;
      tell(stage.now);
    });
    return one;
  }

  /** The boxes that a box is made of, itself among them, each as "place round". */
  function treeOf({ t, left, isState, own, other, row }, found = new Set()) {
    found.add(`${t} ${row}`);
    if (isState) treeOf(boxAt(t, own), found);
    else if (left >= 0) for (const part of [boxAt(t, own), boxAt(left, other)]) treeOf(part, found);
    return found;
  }
  const boxAt = (t, row) => nodes.find((one) => one.t === t && one.row === row);

  const at = (array, r, t, unit) => stage.at(array, r)[t * stage.header.units + unit];
  const isLong = (value) => Boolean(value) && Math.abs(value) < LEAST_WRITTEN;
  /** Two digits, 0.59 or 0.0075; of what is smaller that it is. */
  function share(value) {
    if (isLong(value)) return value < 0 ? "> −0.001" : "< 0.001";
    return Number(value.toPrecision(2)).toFixed(placesOf(value)).replace("-", "−");
  }
  const plain = (value, digits) => (Number.isFinite(value) && Math.abs(value) < 1e4 ? (value < 0 ? "−" : "") + Math.abs(value).toFixed(digits) : number(value).trim());
  const to = (value, digits) => Number(value.toPrecision(digits));
  /** How many digits of the factors give what is written of the result, for who calculates along. */
  function digitsOf({ a, b, c, d, ca, cbd }) {
    for (let digits = WRITTEN; digits < MOST_WRITTEN; digits++) {
      const [A, B, C, D] = [a, b, c, d].map((value) => to(value, digits));
      if (to(C * A, WRITTEN) === to(ca, WRITTEN) && to(C * B + D, WRITTEN) === to(cbd, WRITTEN)) return digits;
    }
    return MOST_WRITTEN;
  }
  let chosen = null;

  /** Of the chosen box, or of the last that was put together, what it is made of. */
  function tell({ step, unit }) {
    const seen = chosen && chosen.round <= step ? chosen : nodes.filter(({ row }) => row === step).at(-1);
    const tree = treeOf(seen);
    for (const one of [...nodes, ...states]) one.node.classList.toggle("chosen", one === chosen);
    for (const one of [...nodes, ...states]) one.node.classList.toggle("reaches", tree.has(`${one.t} ${one.row}`));
    for (const { node, made } of links) node.classList.toggle("reaches", tree.has(made));
    const { t, first, left, round, own, other } = seen;
    for (const one of nodes) {
      const index = left < 0 ? "" : one === boxAt(left, other) ? "₁" : one === boxAt(t, own) ? "₂" : ""; // as in the sum below
      for (const { name, node } of one.letters) write(node, `${name}${index} `);
    }
    const values = { first: first + 1, last: t + 1, a: at(panel.kept, round, t, unit), b: at(panel.written, round, t, unit) };
    let text = strings.leaf;
    if (left >= 0) {
      text = strings.joined;
      Object.assign(values, { ca: values.a, cbd: values.b, c: at(panel.kept, own, t, unit), d: at(panel.written, own, t, unit) });
      Object.assign(values, { a: at(panel.kept, other, left, unit), b: at(panel.written, other, left, unit) });
    }
    const digits = left >= 0 ? digitsOf(values) : WRITTEN;
    const long = (name) => precise(values[name], /^c.+/.test(name) ? WRITTEN : digits).trim();
    text = text.replace(/\{(\w+)\}/g, (_, name) => (/first|last/.test(name) ? values[name] : long(name)));
    write(said, first === 0 ? `${text}${strings.comma}${strings.state.replace("{last}", t + 1)}` : text);
  }

  /** Keep what was put together last in sight. */
  function reveal(step) {
    const fresh = nodes.filter(({ row }) => row === step);
    if (scroller.scrollWidth <= scroller.clientWidth || !step) return;
    scroller.scrollLeft = center(fresh[0].t) + Math.min(center(fresh.at(-1).t) - center(fresh[0].t), scroller.clientWidth / 2) / 2 - scroller.clientWidth / 2;
  }

  const fade = fadeEnds(scroller);
  const observer = new ResizeObserver(() => {
    if (scroller.scrollWidth > scroller.clientWidth) scroller.tabIndex = 0; // so that the keyboard scrolls it too
    else scroller.removeAttribute("tabindex");
    fade();
  });
  observer.observe(scroller);
  return {
    draw(now, before) {
      const { step, unit } = now;
      if (unit !== before.unit) units.draw(unit);
      if (step !== before.step) {
        if (chosen?.round > step) chosen = null;
        if (before.step !== undefined) reveal(step); // it opens at the first step
      }
      bands.forEach((band, r) => band.classList.toggle("now", r === step));
      labels.forEach((label, r) => label.classList.toggle("now", r === step));
      for (const { node, from, kind } of links) {
        node.classList.toggle("ahead", from > step);
        node.classList.toggle("fresh", from === step && kind !== "shown" && step > 0);
      }
      const largest = Math.max(...states.map(({ t }) => Math.abs(at(panel.written, last, t, unit))));
      const digits = largest < 0.1 ? 3 : 2;
      for (const one of [...nodes, ...states]) {
        const { node, t, row, round, first, isState } = one;
        const isKnown = round <= step;
        node.classList.toggle("ahead", !isKnown);
        node.classList.toggle("done", isKnown && first === 0);
        node.classList.toggle("fresh", isKnown && row === step && step > 0);
        const [a, b] = [at(panel.kept, round, t, unit), at(panel.written, round, t, unit)];
        if (isKnown) {
          paint(one.b, plain(b, digits), b, { signal: isState ? "scan:h" : "scan:b", step: round, output: t, unit });
          if (both && !isState) paint(one.a, share(a), a, { signal: "scan:a", step: round, output: t, unit });
        } else {
          write(one.b, "");
          write(one.a, "");
          delete one.b.dataset.value;
          delete one.a.dataset.value;
        }
      }
      tell(now);
    },
    destroy: () => observer.disconnect(),
  };
}
