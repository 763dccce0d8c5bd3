// The numbers that a chart draws at the cursor, written below it. Python names a trace in its ``meta``: ``signal``, which
// number it is ("p", "f"), whose it is (``network``, ``layer``, ...), and as ``label`` what is said before the number, or
// as ``rows`` one such word for each row of a picture; as ``first`` the array of a first run, beside which ``was`` stands;
// with ``power`` the trace draws log10 of what is written, with ``percent`` it is written as a share, with ``whole`` as a
// count.
import { element, number, paint, percent, power, whole } from "./dom.js";

export function createValues(panel, bindings, stage) {
  const items = panel.figure.data.flatMap(({ meta, line, marker }, trace) => {
    const { label, rows, at, first, was, ...place } = meta ?? {};
    if (rows) return rows.map((name, row) => createItem(trace, name, "", row, { ...place, layer: row }));
    const own = label === undefined ? [] : [createItem(trace, label, line?.color ?? marker?.color, at, place)];
    return first ? [...own, { ...createItem(trace, was, "", at, { ...place, signal: first }), array: first }] : own;
  });
  const node = element("p", "chart-values");
  if (items.length) node.append(element("span", "", stage.strings.at_cursor), ...items.map((item) => item.node));
  let plot = null;

  /** The number of a trace that belongs to this step, and to the chosen unit where it is drawn for one. */
  function valueOf({ trace, at, array, place }, { step, unit }) {
    if (array) return [stage.at(array, step)[unit], { ...place, unit }];
    const { y, z, customdata } = plot._fullData[trace];
    const binding = bindings.find((each) => each.trace === trace && each.attribute === "y");
    if (binding?.by === "step") return [stage.at(binding.array)[at ?? step], place];
    if (panel.unitRows) return [z[unit]?.[step], { ...place, unit }];
    if (z) return [(customdata ?? z)[at]?.[step], place];
    return [y[step], binding?.by === "unit" ? { ...place, unit } : place];
  }

  function draw(now) {
    if (!plot) return;
    for (const item of items) {
      const [read, place] = valueOf(item, now);
      const value = read ?? NaN; // a gap
      if (panel.unitRows && !item.array) item.name.textContent = `${item.label} ${now.unit} =`;
      paint(item.value, Number.isNaN(value) ? "–" : (place.power ? power : place.percent ? percent : place.whole ? whole : number)(value), value, place);
    }
  }
  return {
    node,
    draw,
    /** ``drawn``: the element that Plotly has drawn the figure in. */
    follow(drawn) {
      plot = drawn;
      draw(stage.now);
    },
  };
}

function createItem(trace, label, color, at, place) {
  const node = element("span", "chart-value");
  const name = element("span", "", label);
  const value = element("b");
  if (color) {
    const dot = element("i");
    dot.style.background = color;
    node.append(dot);
  }
  node.append(name, " ", value);
  return { trace, node, name, value, label, at, place };
}
