// A chart as a picture of its own, with its title and legend on it, and the numbers that it draws.
import { withNumbers } from "./bindings.js";
import { wordsOf } from "./counting.js";

const TITLE = 56; // pixels above the chart for its title
const SETTINGS = [10, 14]; // below it for what was set, and for each line of that
const BAR = 70; // and beside it for its colour bar
const LEAST = 720; // pixels of its width, so that a title has room
const written = (text) => (text ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** A text of 11 pixels in as many lines as it needs to be no wider than `room`, broken at spaces. */
function inLines(text, room, family) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `11px ${family}`;
  const fits = (line) => pen.measureText(line).width <= room;
  return text.split(" ").reduce(([...lines], word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && fits(longer)) lines.pop();
    return [...lines, lines.length && !fits(longer) ? word : longer];
  }, []);
}

/** The address of an image of the chart, drawn anew in the theme's colours. `format`: "svg" or "png", this at twice the
    size. `shapes`: what is drawn over it, as Plotly has them. */
export function imageOf(plot, panel, bindings, stage, format, shapes = []) {
  const { layout } = panel.figure;
  const caption = panel.caption ? `<br><sup>${written(panel.caption)}</sup>` : "";
  const text = `<b>${written(panel.title)}</b>${caption}`;
  const above = { x: 0, xanchor: "left", xref: "paper", y: 1, yanchor: "top", yref: "container", pad: { t: panel.caption ? 26 : 14 }, font: { size: 15 } };
  const data = withNumbers(panel.figure, bindings, stage);
  const picture = panel.legends && data.find(({ type }) => type === "heatmap");
  if (picture) Object.assign(picture, { showscale: true, colorbar: { thickness: 12, outlinewidth: 0 } });
  const counted = stage.steps > 1 ? wordsOf(stage, stage.now.step) : "";
  const width = Math.max(LEAST, plot.clientWidth);
  const family = getComputedStyle(stage.host).fontFamily;
  // The step has a line of its own: whatever is read there, all pictures of an animation are as high.
  const lines = [...inLines(stage.header.settings, width - layout.margin.l - layout.margin.r, family), counted].filter(Boolean);
  const below = SETTINGS[0] + SETTINGS[1] * lines.length;
  const settings = {
    align: "left",
    text: lines.map(written).join("<br>"),
    x: 0, xref: "paper", xanchor: "left", y: 0, yref: "paper", yanchor: "top", yshift: -layout.margin.b, showarrow: false, font: { size: 11 },
  };
  const drawn = {
    ...layout,
    annotations: [...(layout.annotations ?? []), settings],
    shapes: [...(layout.shapes ?? []), ...shapes],
    title: panel.title ? { text, ...above } : undefined,
    margin: { ...layout.margin, t: layout.margin.t + TITLE, b: layout.margin.b + below, r: layout.margin.r + (picture ? BAR : 0) },
    font: { ...layout.font, color: stage.ink, family },
    paper_bgcolor: stage.page,
  };
  const size = { width, height: plot.clientHeight + TITLE + below, format, scale: format === "png" ? 2 : 1 };
  return window.Plotly.toImage({ data, layout: drawn }, size);
}

/** The same at a step that need not be the one that is looked at, with the cursor where it stands then. */
export function frameOf(plot, panel, bindings, stage, step) {
  const then = Object.assign(Object.create(stage), { now: { ...stage.now, step } });
  return imageOf(plot, panel, bindings, then, "svg", cursorOf(panel, step + 1, stage.ink));
}

/** As the cursor that assets/stage.css draws over a chart: a line, or a frame around the step's column or row. */
function cursorOf({ time, cursor }, place, color) {
  if (!time) return [];
  const [along, across] = time === "y" ? ["y", "x"] : ["x", "y"];
  const reach = cursor && cursor !== "line" ? 0.5 : 0;
  const line = { color, width: 2 };
  return [{ type: reach ? "rect" : "line", [`${across}ref`]: "paper", [`${across}0`]: 0, [`${across}1`]: 1, [`${along}0`]: place - reach, [`${along}1`]: place + reach, line }];
}

/** Every number that is drawn, one in each row: of lines and bars at x its y, of a picture at x and y its z. */
export function numbersOf(plot) {
  const steps = plot._fullLayout.xaxis?.labelalias || {}; // in a window those of the whole sequence
  const rows = plot._fullData.flatMap((trace) => {
    const { x, y, z } = trace;
    const named = (...cells) => [trace.name ?? "", ...cells];
    if (Array.isArray(z?.[0]) || ArrayBuffer.isView(z?.[0])) {
      const place = (axis, k) => axis?.[k] ?? k;
      return Array.from(z, (row, r) => Array.from(row, (value, c) => named(steps[place(x, c)] ?? place(x, c), place(y, r), value))).flat();
    }
    return Array.from(x ?? [], (across, k) => named(steps[across] ?? across, y?.[k], z?.[k]));
  });
  return [["series", "x", "y", "z"], ...rows];
}
