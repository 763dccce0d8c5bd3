// What was read, above, and what is written, below, character by character. With attention: how much of each character
// the step at the cursor looks at, as bars, and the same of all steps as links. Without: the one vector between them. Of
// words that look at one another, the same words stand above and below, with what is answered under each.
import { element, mark, paint, percent, svg, write } from "./dom.js";
import { colorOf } from "./color.js";

// Pixels of what is read; of more than have room, one scrolls.
const CHARACTER = { least: 9, most: 30, font: [9, 18], box: 40, grow: 1.3 };
const WORD = { least: 40, most: 110, font: [9, 16], box: 110, grow: 1.7 };
const TALL = 60; // pixels of a bar of 100%
const READ = { tall: 26, text: 18 }; // the characters that are read
const GAP = { attention: 128, vector: 190 }; // between what is read and what is written
const BOX = { tall: 32, below: 22 };
const SEEN = 0.03; // a weight below this has no link
const SQUARE = 9;

export function createAlignment(body, panel, stage) {
  const scroller = element("div", "alignment-scroll");
  body.append(scroller);
  const sizes = panel.words ? WORD : CHARACTER;
  if (panel.color) scroller.style.setProperty("--mark", panel.color);
  const steps = Array.from({ length: stage.steps }, (_, s) => s);
  let parts = null;

  function build() {
    const count = panel.tokens.length;
    const wide = Math.max(scroller.clientWidth, count * sizes.least);
    const column = Math.min(sizes.most, wide / count);
    const left = (wide - column * count) / 2;
    const box = Math.min(sizes.box, wide / stage.steps);
    const first = (wide - box * stage.steps) / 2;
    const floor = panel.weights ? TALL + 18 : 0; // of the bars
    const under = floor + READ.tall;
    const top = under + GAP[panel.weights ? "attention" : "vector"];
    const place = { wide, column, box, floor, under, top, from: (j) => left + (j + 0.5) * column, to: (s) => first + (s + 0.5) * box };
    const sheet = svg("svg", { class: "alignment", width: wide, height: top + BOX.tall + BOX.below, "aria-hidden": "true" });
    parts = { place, bars: [], shares: [], links: [], boxes: [] };
    if (panel.weights) attention(sheet);
    else vector(sheet);
    addRead(sheet);
    addWritten(sheet);
    scroller.replaceChildren(sheet);
    draw(stage.now);
  }

  /** The characters that are read. */
  function addRead(sheet) {
    const { from, column, floor } = parts.place;
    panel.tokens.forEach((token, j) => {
      const known = panel.known[j];
      const shown = token === " " ? "␣" : token;
      const wide = shown > "\u2e7f";
      const size = fitted(column, token, wide ? 0.95 : sizes.grow);
      const kind = `symbol${known ? "" : " unknown"}${token === " " ? " space" : ""}`;
      const text = svg("text", { class: kind, x: from(j), y: floor + READ.text, "font-size": size }, shown);
      if (!known) text.append(svg("title", {}, panel.strings.unknown));
      sheet.append(text);
    });
  }

  /** Of a text in a column. */
  function fitted(column, text, grow = sizes.grow) {
    const [least, most] = sizes.font;
    return Math.max(least, Math.min(most, (column * grow) / [...text].length));
  }

  /** What is written, a box for each step. */
  function addWritten(sheet) {
    const { to, box, top } = parts.place;
    for (const s of steps) {
      const right = panel.right?.[s];
      const wrong = right !== undefined && right !== panel.written[s];
      const group = svg("g", { class: `alignment-written${wrong ? " is-wrong" : ""}` });
      group.append(svg("rect", { x: to(s) - box / 2 + 1.5, y: top, width: box - 3, height: BOX.tall, rx: 6 }));
      const isWord = panel.written[s].length > 1;
      const size = panel.words ? fitted(box, panel.written[s]) : isWord ? Math.min(12, box * 0.34) : Math.min(18, box * 0.6);
      group.append(svg("text", { class: "symbol", x: to(s), y: top + BOX.tall / 2 + size * 0.36, "font-size": size }, panel.written[s]));
      if (wrong) group.append(svg("text", { class: "symbol alignment-right", x: to(s), y: top + BOX.tall + 16, "font-size": 12 }, right));
      if (panel.answers) {
        const answer = svg("text", { class: "symbol alignment-answer", x: to(s), y: top + BOX.tall + 16 }, panel.answers[s]);
        if (panel.answers[s]) answer.style.setProperty("--ink", panel.inks[s]);
        group.append(answer);
      }
      group.onclick = () => stage.select({ step: s });
      parts.boxes.push(group);
      sheet.append(group);
    }
  }

  function attention(sheet) {
    const { from, to, column, floor, under, top } = parts.place;
    sheet.append(svg("line", { class: "alignment-floor", x1: from(0) - column / 2, x2: from(panel.tokens.length - 1) + column / 2, y1: floor, y2: floor }));
    panel.tokens.forEach((_, j) => {
      const bar = svg("rect", { class: "alignment-bar", x: from(j) - column * 0.36, width: column * 0.72, y: floor, height: 0 });
      const share = svg("text", { class: "alignment-share", x: from(j), y: floor });
      parts.bars.push(bar);
      parts.shares.push(share);
      sheet.append(bar, share);
    });
    const middle = (under + top) / 2;
    for (const s of steps) {
      const group = svg("g", { class: "alignment-links" });
      const weights = stage.at(panel.weights, s);
      const most = Math.max(...weights);
      weights.forEach((weight, j) => {
        if (weight < SEEN) return;
        const d = `M${from(j)},${under}C${from(j)},${middle} ${to(s)},${middle} ${to(s)},${top}`;
        group.append(svg("path", { d, class: weight < most ? "weaker" : "", "stroke-width": 1 + 5 * weight, "stroke-opacity": 0.15 + 0.85 * weight }));
      });
      parts.links.push(group);
      sheet.append(group);
    }
  }

  /** The encoder's last state, all that the decoder gets; and its way on from step to step. */
  function vector(sheet) {
    const { from, to, under, top, wide } = parts.place;
    const values = stage.whole(panel.start);
    const color = colorOf(stage.header.scales, panel.scale, panel.range);
    const across = values.length / 2;
    const size = Math.min(SQUARE, (wide - 24) / across);
    const [x, y] = [(wide - size * across) / 2, under + 72];
    const half = (k) => (k < across ? 0 : 1);
    const last = panel.tokens.length - 1;
    const way = (x1, y1, x2, y2) => `M${x1},${y1}C${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2} ${x2},${y2}`;
    sheet.append(
      svg("path", { class: "alignment-way", d: way(from(last), under, x + size * across * 0.75, y - 6) }),
      svg("path", { class: "alignment-way", d: way(from(0), under, x + size * across * 0.25, y - 6) }),
      svg("path", { class: "alignment-way", d: way(wide / 2, y + 2 * size + 6, to(0), top) }),
      svg("text", { class: "alignment-name", x: wide / 2, y: under + 54 }, panel.strings.vector),
      svg("rect", { class: "alignment-vector", x: x - 5, y: y - 6, width: size * across + 10, height: 2 * size + 12, rx: 6 }),
    );
    values.forEach((value, k) => {
      const square = { x: x + (k % across) * size, y: y + half(k) * size, width: size - 1, height: size - 1, fill: color(value) };
      const node = svg("rect", square);
      mark(node, value, { signal: "start", unit: k });
      sheet.append(node);
    });
    for (const s of steps.slice(1)) {
      const [x1, x2, foot] = [to(s - 1), to(s), top + BOX.tall];
      sheet.append(svg("path", { class: "alignment-way", d: `M${x1},${foot}C${x1},${foot + 16} ${x2},${foot + 16} ${x2},${foot}` }));
    }
  }

  function draw({ step }) {
    parts.boxes.forEach((node, s) => {
      node.classList.toggle("now", s === step);
      node.classList.toggle("later", s > step && !panel.words);
    });
    parts.links.forEach((node, s) => node.classList.toggle("now", s === step));
    if (!panel.weights) return;
    const weights = stage.at(panel.weights, step);
    const most = weights.indexOf(Math.max(...weights));
    weights.forEach((weight, j) => {
      const tall = TALL * weight;
      parts.bars[j].setAttribute("y", parts.place.floor - tall);
      parts.bars[j].setAttribute("height", tall);
      mark(parts.bars[j], weight, { signal: "alpha", position: j });
      parts.shares[j].setAttribute("y", parts.place.floor - tall - 4);
      if (j === most) return paint(parts.shares[j], percent(weight), weight, { signal: "alpha", position: j });
      write(parts.shares[j], "");
      delete parts.shares[j].dataset.value;
    });
    scroller.scrollLeft = parts.place.from(most) - scroller.clientWidth / 2;
  }

  let room = -1;
  const observer = new ResizeObserver(() => {
    if (scroller.clientWidth === room) return;
    room = scroller.clientWidth;
    build();
  });
  build();
  room = scroller.clientWidth;
  observer.observe(scroller);
  return {
    draw: (now, before) => (before.step === undefined || now.snapshot !== before.snapshot ? build() : draw(now)),
    numbers: () => steps.map((s) => [panel.written[s], ...(panel.weights ? stage.at(panel.weights, s) : [])]),
    destroy: () => observer.disconnect(),
  };
}
