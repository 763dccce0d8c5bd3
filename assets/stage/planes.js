// Planes: many states as points of two classes, a straight line that parts them or does not, and the point of the
// present step in a ring. Each side of the line is tinted in the colour of the class that it stands for.
import { element, svg, write } from "./dom.js";

const SIZE = { least: 132, most: 300 };
const ABOVE = { abreast: 500, stacked: 380 }; // pixels of the first screen that are not theirs
const BESIDE = 138; // pixels of the words beside a plane
const BETWEEN = 20; // pixels between two planes
const ABREAST = 440; // pixels from which on they stand side by side
const PHONE = 760; // as in layers.css
const EDGE = { top: 20, bottom: 36, right: 4 };
const TICK = { beside: 14, each: 7 }; // pixels left of a plane, and for each character of its longest number
const APART = 24; // pixels between two groups of points that are named

export function createPlanes(body, panel, stage) {
  const key = element("p", "plane-key");
  panel.labels.forEach((label, k) => {
    const sheet = svg("svg", { width: 12, height: 12, "aria-hidden": true });
    sheet.append(dot(6, 6, k === 1, panel.colors));
    const entry = element("span", "", label);
    entry.prepend(sheet);
    key.append(entry);
  });
  const ringed = element("span");
  const sheet = svg("svg", { width: 18, height: 18, "aria-hidden": true });
  sheet.append(svg("circle", { class: "plane-now", cx: 9, cy: 9, r: 7 }));
  const bit = element("span");
  ringed.append(sheet, bit);
  key.append(ringed, element("span", "", panel.strings.pair));
  body.append(key);
  const abreast = body.clientWidth >= ABREAST;
  const beside = !abreast && innerWidth > PHONE; // the words: one plane stands below the other, and both end with the screen
  body.classList.toggle("beside", beside);
  const across = abreast ? (body.clientWidth - BETWEEN) / 2 : body.clientWidth - (beside ? BESIDE : 0);
  const tall = beside ? (innerHeight - ABOVE.stacked) / 2 - EDGE.top - EDGE.bottom : Math.max(innerHeight, 700) - ABOVE.abreast;
  const longest = Math.max(2, ...panel.planes.flatMap((plane) => plane.ticks[1].map((value) => written(value).length)));
  const left = TICK.beside + TICK.each * longest;
  const size = Math.max(SIZE.least, Math.min(SIZE.most, Math.floor(across) - left - EDGE.right, Math.floor(tall)));
  const planes = panel.planes.map((plane) => createPlane(body, plane, { size, left }, panel, stage));
  return {
    draw(now, before) {
      write(bit, panel.strings.bit.replace("{step}", stage.number(now.step)));
      for (const draw of planes) draw(now, before);
    },
  };
}

function createPlane(body, plane, { size, left }, panel, stage) {
  const [x, y] = plane.ranges.map(([low, high], axis) => (value) => ((axis ? high - value : value - low) / (high - low)) * size);
  const box = element("div", "plane");
  const sheet = svg("svg", { width: size + left + EDGE.right, height: size + EDGE.top + EDGE.bottom, "aria-hidden": true });
  const field = svg("svg", { x: left, y: EDGE.top, width: size, height: size, class: "plane-field" });
  const words = element("div", "plane-words");
  sheet.append(...ticks(), field);
  words.append(element("h4", "", plane.title), element("p", "", plane.verdict));
  box.append(words, sheet);
  body.append(box);

  function ticks() {
    const text = (content, at) => svg("text", { class: "plane-tick tick", ...at }, content);
    const [across, up] = plane.ticks;
    return [
      ...across.map((value) => text(written(value), { x: left + x(value), y: EDGE.top + size + 14, "text-anchor": "middle" })),
      ...up.map((value) => text(written(value), { x: left - 5, y: EDGE.top + y(value) + 4, "text-anchor": "end" })),
      svg("text", { class: "plane-axis", x: left + (x(0) + x(1)) / 2, y: EDGE.top + size + 31, "text-anchor": "middle" }, `${plane.axes[0]} →`),
      svg("text", { class: "plane-axis", x: left - 8, y: 13 }, `↑ ${plane.axes[1]}`),
    ];
  }

  const pixels = (point) => [x(point[0]), y(point[1])];
  const [a, b, offset] = plane.line;
  const far = 4 * plane.ranges.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const foot = [a * offset, b * offset];
  const along = (t, across) => pixels([foot[0] - b * t + a * across, foot[1] + a * t + b * across]);
  for (const [side, color] of [-1, 1].map((sign, k) => [sign * far, panel.colors[k]])) {
    const corners = [along(-far, 0), along(far, 0), along(far, side), along(-far, side)];
    field.append(svg("polygon", { class: "plane-side", points: corners.map((corner) => corner.join()).join(" "), fill: color }));
  }
  const [[x1, y1], [x2, y2]] = [along(-far, 0), along(far, 0)];
  field.append(svg("line", { class: "plane-line", x1, y1, x2, y2 }));

  const cloud = stage.whole(`points:${plane.name}`);
  const places = panel.pairs.map((_pair, k) => pixels([cloud[2 * k], cloud[2 * k + 1]]));
  places.forEach(([cx, cy], k) => field.append(dot(cx, cy, isSecond(panel.pairs[k]), panel.colors)));
  const ring = svg("circle", { class: "plane-now", r: 8 });
  field.append(ring); // below the names
  const groups = [0, 1, 2, 3].map((pair) => mean(places.filter((_place, k) => panel.pairs[k] === pair)));
  const clear = groups.every((one, k) => groups.slice(k + 1).every((other) => Math.hypot(one[0] - other[0], one[1] - other[1]) > APART));
  if (clear) {
    for (const [pair, [cx, cy]] of groups.entries()) {
      const under = cy < size - 32 ? 29 : -17; // off the ring
      field.append(svg("text", { class: "plane-pair", x: cx, y: cy + under, "text-anchor": "middle" }, `${pair >> 1} ${panel.signs[Number(isSecond(pair))]} ${pair & 1}`));
    }
  }
  return ({ step, snapshot }, before) => {
    if (step === before.step && snapshot === before.snapshot) return;
    const point = stage.at(`plane:${plane.name}`, step);
    const [cx, cy] = pixels(point);
    ring.style.transform = `translate(${cx}px, ${cy}px)`;
  };
}

/** A point of either class, which its shape tells as well as its colour. */
function dot(cx, cy, second, colors) {
  const shape = second ? svg("path", { d: `M${cx},${cy - 4.5}l4.5,4.5l-4.5,4.5l-4.5,-4.5z` }) : svg("circle", { cx, cy, r: 3.4 });
  shape.setAttribute("class", "plane-dot");
  shape.setAttribute("fill", colors[Number(second)]);
  return shape;
}

const isSecond = (pair) => pair === 1 || pair === 2; // the two bits differ
const mean = (places) => [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length);
const written = (value) => String(Number(value.toPrecision(2))).replace("-", "−");
