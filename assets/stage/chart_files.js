// A chart as a picture of its own, with its title and legend on it, and the numbers that it draws.
import { withNumbers } from "./bindings.js";

const TITLE = 56; // pixels above the chart for its title
const SETTINGS = 24; // below it for the line of what was set
const BAR = 70; // and beside it for its colour bar
const LEAST = 720; // pixels of its width, so that a title has room
const written = (text) => (text ?? "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** The address of an image of the chart, drawn anew in the theme's colours. `format`: "svg" or "png", this at twice the size. */
export function imageOf(plot, panel, bindings, stage, format) {
  const { layout } = panel.figure;
  const caption = panel.caption ? `<br><sup>${written(panel.caption)}</sup>` : "";
  const text = `<b>${written(panel.title)}</b>${caption}`;
  const above = { x: 0, xanchor: "left", xref: "paper", y: 1, yanchor: "top", yref: "container", pad: { t: panel.caption ? 26 : 14 }, font: { size: 15 } };
  const data = withNumbers(panel.figure, bindings, stage);
  const picture = panel.legends && data.find(({ type }) => type === "heatmap");
  if (picture) Object.assign(picture, { showscale: true, colorbar: { thickness: 12, outlinewidth: 0 } });
  const counted = stage.steps > 1 ? stage.strings.step.replace(/{t}/, stage.number(stage.now.step)).replace(/{steps}/, stage.header.window?.of ?? stage.steps) : "";
  const settings = {
    text: [stage.header.settings, counted.includes("{") ? "" : counted].filter(Boolean).map(written).join(" · "),
    x: 0, xref: "paper", xanchor: "left", y: 0, yref: "paper", yanchor: "top", yshift: -layout.margin.b, showarrow: false, font: { size: 11 },
  };
  const drawn = {
    ...layout,
    annotations: [...(layout.annotations ?? []), settings],
    title: panel.title ? { text, ...above } : undefined,
    margin: { ...layout.margin, t: layout.margin.t + TITLE, b: layout.margin.b + SETTINGS, r: layout.margin.r + (picture ? BAR : 0) },
    font: { ...layout.font, color: stage.ink, family: getComputedStyle(stage.host).fontFamily },
    paper_bgcolor: stage.page,
  };
  const width = Math.max(LEAST, plot.clientWidth);
  const size = { width, height: plot.clientHeight + TITLE + SETTINGS, format, scale: format === "png" ? 2 : 1 };
  return window.Plotly.toImage({ data, layout: drawn }, size);
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
