// The names of lines at their ends, or where they begin if that is where they are apart, in the place of a legend where
// there is room for them, and beside each line its value at the cursor. What would stand on something else is moved up or
// down; or, where a figure asks for it, lines that end at one height share one name there.
import { element, inked, number, paint, percent, power, whole } from "./dom.js";

const MOST = 8; // lines that are named at their ends; of more, a legend is read faster
const WIDEST = 0.24; // of the chart, that names may take
const GAP = 14; // pixels from one label to the next
const ROOM = 64; // pixels of a value, with its distance from the cursor
const VALUE = 38; // pixels of a percentage behind a name
const MANY = 100; // steps, so close that values at the first would cover the beginnings of lines
const OVER = 11; // pixels from the beginning of a line up to its name
const BESIDE = 4; // pixels more, past the mark at the end of a line
const NEAR = 90; // pixels from there to the cursor within which the value stands behind the name

const isLine = (trace) => trace.type === "scatter" && trace.mode?.includes("lines");
const named = (figure) => figure.data.filter((trace) => isLine(trace) && trace.name && trace.showlegend !== false);
/** Names are made for Plotly, which reads a little markup. */
const written = (name) => new DOMParser().parseFromString(name, "text/html").body.textContent;
const wide = (text) => [...text].reduce((sum, c) => sum + (c > "\u2e7f" ? 12.5 : 6.8), 0);

/** The layout with names at the ends of lines in the place of the legend; as it is where they have no room. */
export function withEnds(layout, figure, width) {
  const lines = named(figure);
  if (!figure.layout.meta?.ends || !lines.length || lines.length > MOST) return layout;
  const most = Math.max(...lines.map(({ name }) => wide(written(name))));
  if (most > WIDEST * width) return layout;
  const value = lines.every(({ meta }) => meta?.percent) ? VALUE : ROOM; // small numbers become powers of ten
  const r = figure.layout.meta.ends === "first" ? layout.margin.r : Math.max(layout.margin.r, most + 6 + value);
  const margin = { ...layout.margin, t: figure.layout.meta.above ?? 14, r };
  return { ...layout, showlegend: false, margin };
}

export function createCurveLabels(plot, panel, bindings, stage) {
  const inLegend = plot._fullLayout.showlegend || !panel.figure.layout.meta?.ends;
  const names = new Set(inLegend ? [] : named(panel.figure).map(({ name }) => name));
  const ends = plot._fullData.filter((trace) => names.has(trace.name)).map((trace) => label("curve-end", trace, written(trace.name)));
  const atBeginnings = panel.figure.layout.meta?.ends === "first";
  // What goes by the step is another line at each: its numbers are not along the time axis.
  const byStep = new Set(bindings.filter(({ by }) => by === "step").map(({ trace }) => trace));
  const lines = plot._fullData.filter(
    (trace) => isLine(trace) && trace.meta?.label && !byStep.has(trace.index) && !trace.meta.signal.startsWith("first:"),
  );
  const values = panel.time === true && panel.values !== "below" && lines.length <= MOST ? lines.map((trace) => label("curve-value", trace, "")) : [];
  for (const { node } of [...ends, ...values]) plot.append(node);
  const inLanes = new Set(values.map(({ index }) => plot._fullData[index].yaxis)).size > 1; // whose axes name them

  function label(kind, { index, line }, text) {
    const node = element("span", kind, text);
    node.setAttribute("aria-hidden", "true"); // the same stands below the chart, and in its sentence
    inked(node, line.color);
    return { node, index };
  }

  const isJoined = panel.figure.layout.meta?.ends === "joined";

  /** Names of lines that end at one height, as one of several colours, with what is told of all of them alike. */
  function joined(spots) {
    const { node } = spots[0];
    const said = spots.map(({ index }) => plot._fullData[index].meta?.told ?? "");
    const parts = spots.flatMap(({ index }, k) => {
      const part = element("span", "", written(plot._fullData[index].name));
      inked(part, plot._fullData[index].line.color);
      return k ? [stage.strings.comma, part] : [part];
    });
    const told = said.every((each) => each && each === said[0]) ? [stage.strings.colon, written(said[0])] : [];
    node.replaceChildren(...parts, ...told);
    node.classList.replace("inked", "curve-ends"); // each part has its own colour
    node.style.maxWidth = `${plot._fullLayout.margin.r - 8}px`;
    return { ...spots[0], x: spots[0].x + BESIDE, y: spots.reduce((sum, { y }) => sum + y, 0) / spots.length };
  }

  /** One name for all that would stand in each other's place, in the order of the lines. */
  function join(spots) {
    const groups = [];
    for (const spot of spots.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y)) {
      if (spot.y - groups.at(-1)?.[0].y < GAP) groups.at(-1).push(spot);
      else groups.push([spot]);
    }
    const names = groups.map((group) => joined(group.sort((a, b) => a.index - b.index)));
    return spots.map((spot) => names.find(({ node }) => node === spot.node) ?? { ...spot, y: null });
  }

  let ending = []; // where each name stands
  const widths = new Map();
  /** Of a name, which stays: to measure it lays the page out. */
  function widthOf(node) {
    if (!widths.get(node)) widths.set(node, node.offsetWidth);
    return widths.get(node);
  }

  /** A trace's own axis: a chart may have several, one below the other. */
  const axisOf = (id) => plot._fullLayout[id.replace(/^[xy]/, "$&axis")];

  /** The pixels of a point of a line; null where it has no number, or one outside of the picture. */
  function pixels(index, k) {
    const { x, y, ...trace } = plot._fullData[index];
    const [xaxis, yaxis] = [axisOf(trace.xaxis), axisOf(trace.yaxis)];
    if (y?.[k] === null || !Number.isFinite(y?.[k])) return null;
    const down = yaxis.d2p(y[k]);
    return down < -1 || down > yaxis._length + 1 ? null : [xaxis._offset + xaxis.d2p(x[k]), yaxis._offset + down];
  }

  /** The top of a line as far from its beginning as its name and its value reach. */
  function highest(index, from, [left, top]) {
    for (let k = from + 1, at; (at = pixels(index, k)) && at[0] < left + NEAR; k++) top = Math.min(top, at[1]);
    return top;
  }

  /** Where a name stands at the beginning of a line: below one that rises from there if there is room, above any other. */
  function beside(index, from, at) {
    const top = highest(index, from, at);
    const { _offset, _length } = axisOf(plot._fullData[index].yaxis);
    return at[1] - top > OVER && at[1] + 2 * OVER < _offset + _length ? at[1] + OVER : top - OVER;
  }

  function placeEnds() {
    const isThere = (value) => Number.isFinite(value) && value !== null;
    ending = ends.map(({ node, index }) => {
      const { y } = plot._fullData[index];
      const k = atBeginnings ? y.findIndex(isThere) : y.findLastIndex(isThere);
      const at = pixels(index, k);
      return { node, index, x: at && at[0] + 6, y: at && (atBeginnings ? beside(index, k, at) : at[1]) };
    });
    if (isJoined) ending = join(ending);
    put(ending, false);
  }

  function drawValues({ step, unit }) {
    const { xaxis } = plot._fullLayout;
    const spots = values.map(({ node, index }) => {
      const { meta, y } = plot._fullData[index];
      const { label, at, first, was, ...place } = meta;
      const value = y?.[step] ?? NaN;
      const own = bindings.some((each) => each.trace === index && each.by === "unit") ? { ...place, unit } : place;
      if (!Number.isNaN(value)) paint(node, place.power ? power(value) : place.percent ? percent(value) : place.whole ? whole(value) : number(value, 2).trim(), value, own);
      const where = step || atBeginnings || stage.steps < MANY ? pixels(index, step) : null;
      return { node, index, x: where?.[0], y: where?.[1] };
    });
    const left = (atBeginnings || !ends.length) && spots.some(({ x }) => x > xaxis._offset + xaxis._length - ROOM);
    for (const spot of spots) {
      const name = ending.find(({ index }) => index === spot.index);
      if (name?.x && Number.isFinite(spot.y) && Math.abs(spot.x - name.x) < NEAR) {
        Object.assign(spot, { x: name.x + widthOf(name.node), y: name.at });
      }
    }
    if (inLanes) for (const spot of spots) if (Number.isFinite(spot.y)) Object.assign(spot, freest(spot));
    put(spots, left);
  }

  /** Of a value in a lane, where it covers least of what is drawn there: to the right or left of the cursor, towards the
      middle of the lane or away from it. */
  function freest({ node, index, x, y }) {
    const { yaxis: lane } = plot._fullData[index];
    const { _offset: from, _length: long } = plot._fullLayout.xaxis;
    const { _offset: top, _length: tall } = axisOf(lane);
    const [wide, inward] = [node.offsetWidth + 10, y < top + tall / 2 ? 1 : -1];
    const boxes = plot._fullData.filter((trace) => trace.yaxis === lane && trace.x).flatMap(boxesOf);
    const ways = [inward, -inward].flatMap((way) => [false, true].map((left) => ({ left, y: y + (way * GAP) / 1.2 })));
    const covers = ({ left, y: at }) => {
      const [start, end] = left ? [x - wide, x] : [x, x + wide];
      if (start < from || end > from + long) return Infinity;
      return boxes.filter(([l, t, r, b]) => r > start + 4 && l < end - 4 && b > at - GAP / 2 && t < at + GAP / 2).length;
    };
    return ways.reduce((best, way) => (covers(way) < covers(best) ? way : best));
  }

  /** What a trace covers, [left, top, right, bottom]: each piece of a line, each mark. */
  function boxesOf(trace) {
    const spots = Array.from(trace.x, (_, k) => pixels(trace.index, k));
    if (!isLine(trace)) return spots.filter(Boolean).map(([x, y]) => [x - 5, y - 5, x + 5, y + 5]);
    return spots.slice(1).flatMap((to, k) => {
      const of = spots[k];
      return of && to ? [[of[0], Math.min(of[1], to[1]), to[0], Math.max(of[1], to[1])]] : [];
    });
  }

  /** Each at its place, those that would touch moved apart: from the top down, and up again from the lower edge. */
  function put(spots, left) {
    const there = spots.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y);
    const most = Math.max(...plot._fullData.map(({ yaxis }) => axisOf(yaxis)).map((axis) => axis._offset + axis._length)) - GAP / 2;
    there.forEach((spot, k) => (spot.at = Math.max(spot.y, k ? there[k - 1].at + GAP : 0)));
    there.toReversed().forEach((spot, k, all) => (spot.at = Math.min(spot.at, k ? all[k - 1].at - GAP : most)));
    for (const { node, y } of spots) node.hidden = !Number.isFinite(y);
    for (const { node, x, at, left: own = left } of there) {
      node.style.transform = `translate(${x}px, ${at}px) translate(${own ? "calc(-100% - 6px)" : "0"}, -50%)`;
    }
  }

  return {
    sayAll: ends.length > 0 ? ends.length === values.length : inLanes, // so that nobody looks for them below
    place() {
      placeEnds();
      drawValues(stage.now);
    },
    draw: drawValues,
  };
}
