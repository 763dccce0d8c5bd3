// A matrix that is a table of values under keys: the key above its columns, what is added beside its rows on the left,
// what is read from it on the right. All numbers come from Python; here they are only drawn.
import { element, mark, number, svg, write } from "./dom.js";
import { colorOf, inkOn } from "./color.js";

const HIGH = 32; // of the key's bars
const SIDE = 58; // of the bars beside the rows
const ONE = 28; // of a bar for 1, on either side: both are numbers of one table
const GAP = 16;
const MOST = 184; // of the longer side of the matrix

/** ``place``: what names its numbers. Returns the element and ``draw({ key, added, table, read, wanted })``. */
export function drawTable({ rows, columns, range, words, labels = [], names = [], scale = 1 }, stage, place = {}) {
  const size = Math.min(46, MOST / Math.max(rows, columns));
  const [wide, tall] = [columns * size, rows * size];
  const [left, top] = [SIDE + GAP + (labels.length ? 12 : 0), HIGH + 28 + (names.length ? 12 : 0)];
  const width = left + wide + GAP + SIDE + 8;
  const sheet = svg("svg", { viewBox: `0 0 ${width} ${top + tall + 6}`, class: "table-sheet" });
  sheet.style.maxWidth = `${Math.round(width * 1.12)}px`;
  const color = colorOf(stage.header.scales, "state", range);
  const say = (x, y, text, anchor, kind = "") => {
    const node = svg("text", { x, y, "text-anchor": anchor, class: kind }, text);
    sheet.append(node);
    return node;
  };
  const heads = { key: say(left + wide / 2, 12, words.key, "middle"), added: say(left - GAP / 2, top - 8, words.added, "end") };
  heads.read = say(left + wide + GAP / 2, top - 8, words.read, "start");
  labels.forEach((label, row) => say(9, top + (row + 0.5) * size + 4, label, "middle", "row-name"));

  names.forEach((name, column) => say(left + (column + 0.5) * size, top - 6, name, "middle", "row-name"));

  const squares = Array.from({ length: rows * columns }, (_, k) => {
    const [x, y] = [left + (k % columns) * size, top + Math.floor(k / columns) * size];
    const square = svg("rect", { x: x + 0.7, y: y + 0.7, width: size - 1.4, height: size - 1.4, rx: size > 20 ? 4 : 1 });
    const told = svg("title");
    square.append(told);
    sheet.append(square);
    const text = size >= 30 ? say(x + size / 2, y + size / 2 + 4, "", "middle", "cell-number") : null;
    return { square, told, text };
  });
  const base = { key: top - (names.length ? 22 : 10), added: left - GAP / 2 - SIDE / 2, read: left + wide + GAP / 2 + 24 };
  sheet.append(svg("line", { x1: left, x2: left + wide, y1: base.key, y2: base.key, class: "axis" }));
  for (const name of ["added", "read"]) sheet.append(svg("line", { x1: base[name], x2: base[name], y1: top, y2: top + tall, class: "axis" }));
  const bars = (count, kind) =>
    Array.from({ length: count }, () => {
      const bar = svg("rect", { class: kind });
      bar.append(svg("title"));
      sheet.append(bar);
      return bar;
    });
  const all = { key: bars(columns, "bar"), added: bars(rows, "bar"), wanted: bars(rows, "wanted"), read: bars(rows, "bar") };

  function across(bar, value, row, from, unit, thick) {
    const long = Math.min(Math.abs(value) * unit, SIDE - 4);
    const at = { x: value < 0 ? from - long : from, y: top + row * size + (size - thick) / 2, width: long, height: thick };
    for (const [name, number] of Object.entries(at)) bar.setAttribute(name, number);
    bar.classList.toggle("minus", value < 0);
  }

  function put(name, values) {
    all[name].forEach((bar, k) => {
      const value = values[k];
      if (name === "key") {
        const long = Math.abs(value) * (HIGH - 10);
        const at = { x: left + (k + 0.2) * size, y: value < 0 ? base.key : base.key - long, width: size * 0.6, height: long };
        for (const [which, number] of Object.entries(at)) bar.setAttribute(which, number);
        bar.classList.toggle("minus", value < 0);
      } else {
        across(bar, value, k, base[name], ONE / scale, size * (size > 20 ? 0.4 : 0.7));
      }
      write(bar.firstChild, number(value, 2));
      mark(bar, value, { ...place, signal: { key: "k", added: words.letter, read: "h" }[name], unit: k });
    });
  }

  return {
    node: sheet,
    heads,
    draw({ key, added, table, read, wanted }) {
      put("key", key);
      put("added", added);
      put("read", read);
      all.wanted.forEach((bar, k) => {
        const there = Boolean(wanted) && Number.isFinite(wanted[k]) && wanted[k] !== 0;
        bar.style.display = there ? "" : "none";
        if (there) across(bar, wanted[k], k, base.read, ONE / scale, size * 0.7);
      });
      squares.forEach(({ square, told, text }, k) => {
        const shade = color(table[k]);
        square.style.fill = shade;
        write(told, number(table[k]));
        mark(square, table[k], { ...place, signal: "S", unit: k });
        if (!text) return;
        text.style.fill = inkOn(shade, stage.page);
        write(text, Math.abs(table[k]) < 0.005 ? "·" : number(table[k], 2).trim());
      });
    },
  };
}

/** One table of a network, at the cursor's step. */
export function createTable(body, panel, stage) {
  const place = { network: panel.network };
  const table = drawTable(panel, stage, place);
  body.append(table.node);
  const gates = panel.gates.map(({ name, letter, text }) => {
    const line = element("p", "table-gate", text);
    const value = element("b");
    line.append(value);
    body.append(line);
    return { name, letter, value };
  });
  return {
    draw({ step }, before) {
      if (step === before.step) return;
      const { key, added, table: all, read } = panel.arrays;
      table.draw({ key: stage.at(key), added: stage.at(added), table: stage.at(all), read: stage.at(read) });
      for (const { name, letter, value } of gates) {
        const [now] = stage.at(name);
        write(value, number(now));
        mark(value, now, { ...place, signal: letter, unit: 0 });
      }
    },
  };
}
