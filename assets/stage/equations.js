// Each equation of the cell with this step's numbers for one unit: its summands, their sum, the non-linearity, the value.
import { element, math, number, paint, precise, write } from "./dom.js";
import { colorOf, inkOn } from "./color.js";
import { createOpenings } from "./openings.js";
import { createCurve } from "./openings/curve.js";
import { createProducts } from "./openings/products.js";
import { createScores } from "./openings/scores.js";
import { matrixPicture, paintUnit, placeOf } from "./shapes.js";
import { unitChooser } from "./unit.js";

export function createEquations(body, panel, stage) {
  const chooser = unitChooser(stage);
  const openings = createOpenings();
  const rows = panel.rows.map((row) => createRow(row, panel, openings, stage));
  body.append(chooser.node, ...rows.map(({ node }) => node));
  return {
    draw({ unit }) {
      chooser.draw(unit);
      for (const { draw } of rows) draw(unit);
      openings.draw();
    },
    renew: () => true, // limits and ranges are looked up when it is drawn
    destroy: openings.destroy,
  };
}

function createRow(row, panel, openings, stage) {
  if (row.rows) return createMatrixRow(row, stage);
  const { precise: isPrecise, strings: said } = panel;
  const written = isPrecise ? precise : number;
  const node = element("div", "equation");
  node.style.setProperty("--signal", row.color);
  const formula = element("div", "formula");
  formula.append(math(row.equation));
  const meaning = element("p", "meaning", row.meaning);
  const numbers = element("div", "numbers");
  // A row of the cell follows the chosen unit, the readout's row the answer that leads.
  const place = (unit) => {
    if (!row.names) return placeOf(row, unit);
    const shares = stage.at(row.array);
    return Math.max(0, shares.indexOf(Math.max(...shares)));
  };
  const which = (at) => (row.names ? { output: at } : { unit: at });
  const terms = row.terms.map(({ label, array, products }, k) => {
    if (k) numbers.append(element("span", "sign", "+"));
    const { box, ...term } = termBox(numbers, label, products ? "button" : "span");
    if (products) {
      const parts = { array, products, at: () => place(stage.now.unit), which, said };
      openings.opener(box, node, (opened) => createProducts(opened, parts, stage));
    }
    return { ...term, array };
  });
  // One summand is the sum already, and without a non-linearity the value.
  const plain = terms.length === 1 && !row.activation;
  const sum = terms.length === 1 ? null : resultBox(numbers, "=", "sum");
  if (row.activation) {
    const opens = row.names ? createScores : row.curve && createCurve;
    const arrow = element(opens ? "button" : "span", "sign through");
    arrow.append(math(row.activation));
    if (opens) {
      arrow.setAttribute("aria-label", row.curve?.names[1] ?? arrow.textContent);
      openings.opener(arrow, node, (opened) => opens(opened, { ...row, said }, stage));
    }
    numbers.append(arrow);
  }
  const value = row.activation || plain ? resultBox(numbers, row.activation ? "" : "=", "value") : sum;
  value.classList.add("value");
  const name = element("b", "answer");
  if (row.names) numbers.append(name);
  if (row.held) numbers.prepend(element("b", "held-word", row.held.word));
  const first = row.first && firstNote(numbers, row.was);
  node.append(formula, meaning, numbers);

  return {
    node,
    draw(unit) {
      let total = 0;
      const at = place(unit);
      const isHeld = Boolean(row.held) && stage.at(row.held.where)[at] === 1;
      numbers.classList.toggle("held", isHeld);
      if (first) {
        const before = stage.at(row.first)[at];
        paint(first, Number.isNaN(before) ? "–" : written(before), before, { signal: row.first, ...which(at) });
      }
      if (row.names) write(name, row.names[at]);
      for (const { array, text, bar } of terms) {
        const part = isHeld ? NaN : stage.at(array)[at]; // a sum that the value is not made of
        total += part;
        if (row.shape && !isHeld) paintUnit(text, stage.at(array), at, row, { signal: array, ...which(at) });
        else paint(text, isHeld ? "–" : written(part), part, { signal: array, ...which(at) });
        const share = Number.isFinite(part) ? Math.max(-1, Math.min(1, part / panel.limit)) : Math.sign(part) || 0;
        bar.style.transform = `scaleX(${share})`;
        bar.classList.toggle("negative", part < 0);
      }
      if (row.shape === "complex") return void paintUnit(value, stage.at(row.array), at, row, { signal: row.array, unit: at });
      if (sum && sum !== value) paint(sum, isHeld ? "–" : written(total), total, { signal: `${row.array}:sum`, ...which(at) });
      const result = stage.at(row.array)[at];
      paint(value, written(result), result, { signal: row.array, ...which(at) });
      const shade = colorOf(stage.header.scales, row.scale, row.range)(result);
      value.style.setProperty("--shade", shade);
      value.style.color = inkOn(shade, stage.page);
    },
  };
}

/** A matrix is the sum of matrices, as a row of numbers is of rows: each as a picture, in one scale of colours, the
 * chosen unit's row framed. */
function createMatrixRow(row, stage) {
  const node = element("div", "equation");
  node.style.setProperty("--signal", row.color);
  const formula = element("div", "formula");
  formula.append(math(row.equation));
  const pictures = element("div", "numbers matrices-added");
  const parts = row.terms.length > 1 || row.activation ? row.terms : [];
  const drawn = [...parts, row].map((part, k) => {
    if (k && part === row && row.activation) pictures.append(through(row));
    else if (k) pictures.append(element("span", "sign", k < parts.length ? "+" : "="));
    const picture = matrixPicture(row, stage);
    const box = element("figure", "matrix-term");
    const name = element("figcaption");
    name.append(math(part.label));
    box.append(picture.node, name);
    if (row.units) picture.node.onclick = (event) => picture.rowAt(event) >= 0 && stage.select({ unit: picture.rowAt(event) });
    pictures.append(box);
    return { array: part.array, draw: picture.draw };
  });
  node.append(formula, element("p", "meaning", row.meaning), pictures);
  return {
    node,
    draw(unit) {
      for (const { array, draw } of drawn) draw(stage.at(array), row.scale, row.range, row.units ? unit : -1);
    },
  };
}

function through({ activation }) {
  const sign = element("span", "sign through");
  sign.append(math(activation));
  return sign;
}

/** What the quantity was in the first run. */
function firstNote(numbers, was) {
  const note = element("span", "first-note", `${was} `);
  const before = element("span", "before");
  note.append(before);
  numbers.append(note);
  return before;
}

function termBox(numbers, label, tag) {
  const box = element(tag, "term");
  const name = element("span", "name");
  name.append(math(label));
  const text = element("span", "number");
  const track = element("span", "balance");
  const bar = element("i");
  track.append(bar);
  box.append(name, text, track);
  numbers.append(box);
  return { box, text, bar };
}

function resultBox(numbers, sign, kind) {
  const box = element("span", "result"); // the sign never stays behind on the line above
  if (sign) box.append(element("span", "sign", sign));
  const text = element("span", `number ${kind}`);
  box.append(text);
  numbers.append(box);
  return text;
}
