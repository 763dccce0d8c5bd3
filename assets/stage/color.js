// Values to colours, by the scales that Python's one palette defines.

const SHADES = 256;
const tables = new Map();

function table(stops) {
  const parsed = stops.map(([at, color]) => [at, color.match(/[\d.]+/g).map(Number)]);
  return Array.from({ length: SHADES }, (_, k) => {
    const at = k / (SHADES - 1);
    let right = parsed.findIndex(([place]) => place >= at);
    right = Math.max(1, right < 0 ? parsed.length - 1 : right);
    const [[from, a], [to, b]] = [parsed[right - 1], parsed[right]];
    const share = to > from ? (at - from) / (to - from) : 1;
    const [red, green, blue, opacity] = a.map((value, i) => value + (b[i] - value) * share);
    return `rgba(${red | 0},${green | 0},${blue | 0},${opacity.toFixed(3)})`;
  });
}

/** A function from a value to a CSS colour. A value that is not finite is grey, so that it is seen. */
export function colorOf(scales, name, [low, high]) {
  if (!tables.has(name)) tables.set(name, table(scales[name]));
  const shades = tables.get(name);
  return (value) => {
    if (!Number.isFinite(value)) return "rgba(128,128,128,.55)";
    const share = (value - low) / (high - low);
    return shades[Math.max(0, Math.min(SHADES - 1, Math.round(share * (SHADES - 1))))];
  };
}

/** A colour of which so much of its strength is left: behind words one ink reads on all of its shades. */
export const faded = (color, share) => color.replace(/[\d.]+\)$/, (opacity) => `${(parseFloat(opacity) * share).toFixed(3)})`);

/** Black or white, whichever reads better on a translucent colour over the page: the contrast is never below 4.5. */
export function inkOn(color, page) {
  const [red, green, blue, opacity = 1] = color.match(/[\d.]+/g).map(Number);
  const under = page.match(/[\d.]+/g).map(Number);
  const light = [red, green, blue].map((part, k) => part * opacity + under[k] * (1 - opacity));
  const [r, g, b] = light.map((part) => (part / 255 <= 0.04045 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (luminance + 0.05) ** 2 > 0.05 * 1.05 ? "#000000" : "#ffffff";
}

/** How to lay out n units as squares in a box of w x h. */
export function gridOf(n, w, h) {
  let best = { columns: n, rows: 1, size: 0 };
  for (let rows = 1; rows <= Math.min(n, 24); rows++) {
    const columns = Math.ceil(n / rows);
    const size = Math.min(w / columns, h / rows);
    if (size > best.size) best = { columns, rows, size };
  }
  return best;
}

/** Draw a vector as squares, row by row, the chosen unit framed. */
export function drawUnits(context, x, y, w, h, values, color, chosen = -1, ink = "#888") {
  const { columns, size } = gridOf(values.length, w, h);
  const gap = size > 5 ? 1 : 0;
  const rows = Math.ceil(values.length / columns);
  const left = x + (w - columns * size) / 2;
  const top = y + (h - rows * size) / 2;
  context.clearRect(x - 2, y - 2, w + 4, h + 4);
  context.fillStyle = "rgba(128,128,128,.13)";
  for (let k = 0; k < values.length; k++) {
    context.fillRect(left + (k % columns) * size, top + Math.floor(k / columns) * size, size - gap, size - gap);
  }
  values.forEach((value, k) => {
    context.fillStyle = color(value);
    context.fillRect(left + (k % columns) * size, top + Math.floor(k / columns) * size, size - gap, size - gap);
  });
  if (chosen >= 0 && chosen < values.length) {
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    const [cx, cy] = [left + (chosen % columns) * size, top + Math.floor(chosen / columns) * size];
    context.strokeRect(cx - 0.5, cy - 0.5, size - gap + 1, size - gap + 1);
  }
  return { columns, size, left, top };
}

/** Each step's colour where a picture is about the `first`, which a network may read at either end: the others are of
 * one hue, the stronger the later they are read. */
export function colorsByAge({ first: own, later }, count, first) {
  const strength = (k) => 0.15 + (0.8 * (Math.abs(k - first) - 1)) / Math.max(1, count - 2);
  return Array.from({ length: count }, (_, k) => (k === first ? own : `rgba(${later.join(",")},${strength(k).toFixed(3)})`));
}

/** A word's colour by its place in the sentence, from the first to the last along the wheel. */
export function wordColor(wheel, k, count) {
  const at = count > 1 ? (k / (count - 1)) * (wheel.length - 1) : 0;
  const [a, b] = [wheel[Math.floor(at)], wheel[Math.min(wheel.length - 1, Math.floor(at) + 1)]];
  return `rgb(${a.map((part, i) => Math.round(part + (b[i] - part) * (at % 1))).join(",")})`;
}
