// Quantities that are no vector of real numbers at the cursor: a matrix as its squares, complex numbers as both parts,
// one number for all units. ``shape``: "matrix" with ``rows`` and ``columns``, "vector" of one row along a matrix's columns,
// "complex", "number"; none of a number for each unit.
import { canvas, element, number, paint } from "./dom.js";
import { colorOf } from "./color.js";

const ROOM = 118; // pixels of a picture in a line of numbers
const LARGEST = 15; // pixels of a square
const FLAT = 3; // times as wide as high, up to which the numbers of a picture with many rows are drawn

/** Which of the numbers of a step is that of the chosen unit; NaN where none is. */
export const placeOf = ({ shape }, unit) => (shape === "number" ? 0 : unit);

/** Write the number of a unit: of a complex one "0.12 − 0.30i", with its size and angle where a pointer rests. */
export function paintUnit(node, values, unit, { shape }, place, digits = 3) {
  if (shape !== "complex") return paint(node, number(values[placeOf({ shape }, unit)], digits), values[placeOf({ shape }, unit)], place);
  if (!node.complexParts) {
    node.complexParts = [0, 1].map(() => node.appendChild(node.namespaceURI.endsWith("svg") ? document.createElementNS(node.namespaceURI, "tspan") : element("span")));
  }
  const parts = [values[unit], values[values.length / 2 + unit]];
  const [real, imaginary] = node.complexParts;
  paint(real, number(parts[0], digits), parts[0], { ...place, part: "re" });
  const sign = parts[1] < 0 ? " − " : " + ";
  paint(imaginary, `${sign}${number(Math.abs(parts[1]), digits).trim()}i`, parts[1], { ...place, part: "im" });
  const angle = (Math.atan2(parts[1], parts[0]) * 180) / Math.PI;
  node.title = `|·| = ${number(Math.hypot(...parts)).trim()}, ∠ ${angle.toFixed(0)}°`;
}

/** Draw rows of squares into a part of a canvas, a row framed; how large they are, and where. Where it is told to
 * ``fill`` its place, many rows of few columns are drawn as oblongs, up to so many times as long in one direction. */
export function drawRows(context, x, y, w, h, values, { rows, columns, fill = 1 }, color, chosen = -1, ink = "#888") {
  const least = Math.min(w / columns, h / rows, LARGEST);
  const [wide, tall] = [w / columns, h / rows].map((room) => Math.min(room, least * fill, fill > 1 ? Infinity : LARGEST));
  const [left, top] = [x + (w - columns * wide) / 2, y + (h - rows * tall) / 2];
  const [across, down] = [wide, tall].map((size) => (size > 5 ? 1 : 0));
  context.clearRect(x - 2, y - 2, w + 4, h + 4);
  context.fillStyle = "rgba(128,128,128,.13)";
  context.fillRect(left, top, columns * wide, rows * tall);
  for (let k = 0; k < rows * columns; k++) {
    context.fillStyle = color(values[k]);
    context.fillRect(left + (k % columns) * wide, top + Math.floor(k / columns) * tall, wide - across, tall - down);
  }
  if (chosen >= 0 && chosen < rows) {
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.strokeRect(left - 1, top + chosen * tall - 1, columns * wide + 2, tall + 2 - down);
  }
  return { rows, columns, wide, tall, left, top };
}

/** A matrix as a picture of its own: ``draw(values)`` at a step; where a pointer is, a square says its number. */
export function matrixPicture({ rows, columns, room = rows > 1 ? ROOM : 2 * ROOM }, stage) {
  const size = Math.min(room / columns, room / rows, LARGEST);
  const wide = Math.min(room / columns, size * FLAT);
  const [width, height] = [columns * wide + 4, rows * size + 4];
  const { node, context } = canvas(width, height);
  node.className = "matrix-picture";
  let shown = [];
  const at = ({ offsetX, offsetY }) => [Math.floor((offsetY - 2) / size), Math.floor((offsetX - 2) / wide)];
  const isInside = ([row, column]) => row >= 0 && column >= 0 && row < rows && column < columns;
  node.onpointermove = (event) => {
    const [row, column] = at(event);
    node.title = isInside([row, column]) ? `[${row}, ${column}] = ${number(shown[row * columns + column]).trim()}` : "";
  };
  return {
    node,
    rowAt: (event) => (isInside(at(event)) ? at(event)[0] : -1),
    draw(values, scale, range, chosen) {
      shown = values;
      drawRows(context, 2, 2, width - 4, height - 4, values, { rows, columns, fill: FLAT }, colorOf(stage.header.scales, scale, range), chosen, stage.ink);
    },
  };
}
