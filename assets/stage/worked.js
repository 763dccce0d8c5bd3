// Short equations with the numbers of the chosen unit at the cursor, a number under each symbol; and the numbers of the
// page's own title that follow the same cursor.
import { canvas, element, math, number, paint, percent, precise, write } from "./dom.js";
import { numberIn, workedOut } from "./arithmetic.js";
import { colorOf } from "./color.js";
import { drawRows, paintUnit, placeOf } from "./shapes.js";

const ROW = { column: 6, most: 96, phone: 64, height: 13 }; // pixels of a square, of all of them, there on a phone, and how high they are
const OPENING = /^[^),]+$/; // a sign that belongs to what follows it
const BINDING = /[×÷−+]/; // signs after which a number below 0 stands in brackets

const DIGITS = [3, 4, 5]; // of the numbers on the right side: as few as lead to the number on the left as it is written

export function createWorked(lines, stage) {
  const node = element("div", "worked");
  const drawn = [];
  let pointed = -1; // the column of the rows on which a pointer rests
  const [heads, equations] = [[], []];
  for (const { parts, quiet, head } of lines) {
    const line = element("div", `worked-line${quiet ? " quiet" : ""}`);
    const shown = []; // by the place in its line, what writes a number
    let group = line.appendChild(element("span", "worked-group")); // a sign and what follows it stay on one line
    if (head) heads.push([head, group.appendChild(element("span", "worked-sign"))]);
    for (const [k, part] of parts.entries()) {
      if (typeof part === "string") {
        if (part.startsWith("^")) {
          group = group.appendChild(element("span", "worked-raised"));
          group.append(element("span", "worked-sign", part.replace(/[\^( ]+/, "")));
          continue;
        }
        if (group.className === "worked-raised") {
          group = group.parentNode; // it ends where its bracket would
          continue;
        }
        if (OPENING.test(part) && typeof parts[k - 1] !== "string") group = line.appendChild(element("span", "worked-group"));
        group.append(element("span", "worked-sign", part));
        continue;
      }
      const box = element("span", `worked-part${part.told ? " told" : ""}`);
      const name = element("span", "worked-symbol");
      name.append(math(part.symbol));
      const word = part.word ? name.appendChild(element("small", "", part.word)) : null;
      const value = element("span", "worked-value");
      box.append(name);
      if (part.array) {
        const row = part.columns && createRow(part, stage, (column) => point(column));
        if (row) box.append(row.node);
        box.append(value);
        const isBound = part.shape === "complex" ? [parts[k - 1], parts[k + 1]].includes("×") : typeof parts[k - 1] === "string" && BINDING.test(parts[k - 1]);
        const placed = { ...part, word, row, value, isBound, place: value.appendChild(element("span")) };
        shown[k] = placed;
        drawn.push(placed);
      } else if (part.instead) {
        value.classList.add("instead");
        heads.push([part.instead, value]);
        box.append(value);
      } else box.classList.add("bare");
      group.append(box);
    }
    node.append(line);
    equations.push({ parts, shown });
  }
  let chosen = 0;
  function point(column) {
    pointed = column;
    draw(chosen);
  }

  function draw(unit) {
    chosen = unit;
    for (const [head, place] of heads) write(place, head.replace("{unit}", unit));
    const column = pointed < 0 ? furthest(drawn.find(({ row }) => row), unit) : pointed;
    for (const { word, where } of drawn) if (where) word.hidden = ofUnit(stage.at(where), unit) !== 1;
    for (const { parts, shown } of equations) {
      for (const digits of DIGITS) {
        for (const [k, part] of shown.entries()) if (part) writePart(part, unit, column, k && digits);
        if (holds(parts, shown)) break;
      }
    }
  }

  function writePart(part, unit, column, digits = DIGITS[0]) {
    const { array, shape, place, row } = part;
    if (part.degrees) {
      write(place, FORMS.angle(stage.at(array)[unit]));
      return;
    }
    if (row) {
      const values = row.draw(unit, column);
      const at = shape === "matrix" ? { unit, column } : { unit: column };
      paint(place, precise(values[column], digits || DIGITS[0]).trim(), values[column], { signal: array, ...at });
      bracket(part, values[column]);
      return;
    }
    const values = stage.at(array);
    bracket(part, values[placeOf(part, unit)]);
    paintUnit(place, values, unit, part, { signal: array, unit: placeOf(part, unit) }, digits || DIGITS[0]);
    if (place.complexParts) write(place.complexParts[0], place.complexParts[0].textContent.trim());
  }
  return { node, draw };
}

/** Whether the numbers written on the right side of an equation lead to the one written on its left, digit by digit. */
function holds(parts, shown) {
  const text = parts.map((part, k) => (typeof part === "string" ? part : `#${k}`)).join(" ");
  if (parts[1]?.[0] !== "=" || parts.some((part, k) => typeof part !== "string" && !shown[k])) return true;
  const read = ({ place }) => (place.complexParts ?? [place]).map(({ textContent }) => textContent.replace(/[+i ]/g, ""));
  const written = parts.map((part, k) => {
    const [real, imaginary = "0"] = shown[k] ? read(shown[k]).map(numberIn) : [0];
    return [real, Number(imaginary)];
  });
  const found = workedOut(text.slice(text.indexOf("=") + 1), written);
  const form = shown[0].row ? precise : number;
  return read(shown[0]).every((told, k) => numberIn(form(found[k])) === numberIn(told));
}

/** In brackets where a sign before it would run into its own. */
function bracket({ value, isBound, shape }, shown) {
  value.classList.toggle("bracketed", isBound && (shape === "complex" || shown < 0));
}

/** The column in which the row of the first quantity is furthest from 0: whose numbers are written until one is pointed at. */
function furthest(first, unit) {
  if (!first) return -1;
  const sizes = Array.from(first.row.at(unit), Math.abs);
  return sizes.indexOf(Math.max(...sizes));
}

/** The unit's row of a matrix, or a vector along it, as squares; its colours end at its own largest number of all steps. */
function createRow({ array, shape, columns, scale }, stage, point) {
  const wide = Math.min(ROW.column, (innerWidth < 500 ? ROW.phone : ROW.most) / columns);
  const { node, context } = canvas(columns * wide + 4, ROW.height + 4);
  node.className = "worked-row";
  const first = (unit) => (shape === "matrix" ? unit * columns : 0);
  const at = (unit) => stage.at(array).subarray(first(unit), first(unit) + columns);
  node.onpointermove = ({ offsetX }) => point(Math.max(0, Math.min(columns - 1, Math.floor((offsetX - 2) / wide))));
  node.onpointerleave = () => point(-1);

  function largest(unit) {
    const [all, width] = [stage.whole(array), stage.at(array).length];
    let most = 0;
    for (let start = first(unit); start < all.length; start += width) {
      for (let k = start; k < start + columns; k++) if (Number.isFinite(all[k])) most = Math.max(most, Math.abs(all[k]));
    }
    return most || 1;
  }

  return {
    node,
    at,
    draw(unit, column) {
      const values = at(unit);
      const range = scale === "gate" ? [0, 1] : [-largest(unit), largest(unit)];
      context.clearRect(0, 0, columns * wide + 4, ROW.height + 4);
      drawRows(context, 2, 2, columns * wide, ROW.height, values, { rows: 1, columns, fill: 4 }, colorOf(stage.header.scales, scale, range));
      context.strokeStyle = stage.ink;
      context.lineWidth = 1.5;
      context.strokeRect(2 + column * wide - 0.5, 1.5, wide, ROW.height + 1);
      return values;
    },
  };
}

/** The number of a unit, or the one number that all share. */
const ofUnit = (values, unit) => values[values.length > 1 ? unit : 0];

const FORMS = {
  percent,
  tenths: (value) => percent(value, 1),
  angle: (value) => `${Math.round(value)}°`.replace("-", "−"),
  turn: (value, words) => words[value < 0 ? 0 : 1].replace("{angle}", `${Math.abs(Math.round(value))}°`),
  unit: String,
};

/** Write the numbers of the title that are told of the cursor's step and the chosen unit. ``told``: by the name that the
 * title gives each, its form and array. */
export function tellTitle(told, stage, unit) {
  for (const place of document.querySelectorAll(".claim h1 [data-told]")) {
    const { form, array, words } = told[place.dataset.told] ?? {};
    if (!form) continue;
    const values = array ? stage.at(array) : [];
    write(place, FORMS[form](array ? ofUnit(values, unit) : unit, words));
  }
}
