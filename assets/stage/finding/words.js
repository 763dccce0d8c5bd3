// The words of a unit as bars of their means with whiskers, and the values that it takes at its label and at all others.
import { element, mark, number, percent, svg, token } from "../dom.js";
import { colorOf } from "../color.js";

const [WIDE, TALL, LEFT] = [244, 74, 16]; // of the drawing of values, and of the name of its axis

const tick = (value) => String(Number(value.toPrecision(2))).replace("-", "−");

/** How the values of a unit lie at its label, above, and at all other places, below the axis. */
export function drawShape(panel, unit, chosen) {
  const { shape } = unit;
  if (!shape) return [];
  const { strings, range } = panel;
  const title = strings.shape.replace("{unit}", chosen).replace("{name}", shape.name);
  const most = Math.max(...shape.with, ...shape.without, 1e-9);
  const width = WIDE / shape.with.length;
  const deep = Math.max(16, (Math.max(...shape.without) / most) * (TALL - 14)) + 4; // of what hangs below the axis
  const foot = TALL + deep;
  const sheet = svg("svg", { viewBox: `0 0 ${LEFT + WIDE} ${foot + 16}`, class: "sheet finding-shape" });
  for (const [name, down] of [["with", false], ["without", true]]) {
    shape[name].forEach((share, k) => {
      const height = (share / most) * (TALL - 14);
      const bar = svg("rect", { x: LEFT + k * width + 0.5, width: width - 1, y: down ? TALL : TALL - height, height, class: name });
      mark(bar, share, { signal: `shape:${name}`, unit: chosen, output: k });
      sheet.append(bar);
    });
  }
  for (const name of ["with", "without"]) {
    const share = Math.max(...shape[name]); // beside the longest bar, which is the scale of all
    const k = shape[name].indexOf(share);
    const left = k >= shape[name].length / 2; // toward the middle
    const y = name === "with" ? TALL - (share / most) * (TALL - 14) + 9 : TALL + (share / most) * (TALL - 14) - 2;
    const text = svg("text", { x: LEFT + (left ? k * width - 4 : (k + 1) * width + 4), y, "text-anchor": left ? "end" : "start" }, percent(share));
    mark(text, share, { signal: `shape:${name}`, unit: chosen, output: k });
    if (share > 0) sheet.append(text);
  }
  const names = [
    [shape.name, 12, shape.counts[0], "with", unit.low],
    [strings.rest, TALL + 14, shape.counts[1], "without", !unit.low], // each over against its own bars
  ];
  for (const [name, y, count, kind, right] of names) {
    const short = name.length > 16 ? `${name.slice(0, 15)}…` : name;
    const text = strings[shape.of].replace("{name}", () => short).replace("{count}", count);
    sheet.append(svg("text", { x: right ? LEFT + WIDE : LEFT, y, class: `name ${kind}`, "text-anchor": right ? "end" : "start" }, text));
  }
  const turned = `rotate(-90 10 ${foot / 2})`;
  sheet.append(svg("text", { x: 10, y: foot / 2, transform: turned, "text-anchor": "middle", class: "tick" }, strings.share[shape.of]));
  sheet.append(svg("path", { d: `M${LEFT},${TALL}h${WIDE}`, class: "axis" }));
  for (const [value, anchor] of [[range[0], "start"], [0, "middle"], [range[1], "end"]]) {
    const x = LEFT + ((value - range[0]) / (range[1] - range[0])) * WIDE;
    sheet.append(svg("text", { x, y: foot + 12, "text-anchor": anchor, class: "tick" }, tick(value)));
  }
  return [element("h4", "finding-title", title), sheet];
}

export function drawWords(stage, panel, unit, chosen) {
  const { strings, range } = panel;
  const color = colorOf(stage.header.scales, panel.scale, range);
  const table = element("div", "finding-bars");
  const rows = [...unit.words, [strings.all, null, ...unit.all]];
  rows.forEach(([word, count, mean, lower, upper], k) => {
    const row = element("div", count === null ? "finding-bar all" : "finding-bar");
    const name = count === null ? element("span", "name", word) : element("span", "name");
    if (count !== null) name.append(token(word));
    const track = element("span", "track");
    const place = (value) => `${(100 * (Math.max(range[0], Math.min(range[1], value)) - range[0])) / (range[1] - range[0])}%`;
    const bar = element("i");
    bar.style.setProperty("--from", place(Math.min(0, mean)));
    bar.style.setProperty("--to", place(Math.max(0, mean)));
    bar.style.background = color(mean);
    const whisker = element("b");
    whisker.style.setProperty("--from", place(lower));
    whisker.style.setProperty("--to", place(upper));
    track.append(bar, whisker);
    const value = element("span", "value", number(mean, 2));
    mark(value, mean, { signal: count === null ? "mean:all" : "mean:word", unit: chosen, output: k });
    row.append(name, element("small", "count", count === null ? "" : strings.times.replace("{count}", count)), track, value);
    row.title = `${word}: ${number(mean).trim()} [${number(lower).trim()}, ${number(upper).trim()}]`;
    table.append(row);
  });
  const ticks = element("div", "finding-bar ticks");
  const axis = element("span", "track");
  for (const value of [range[0], 0, range[1]]) {
    const place = element("span", "tick", tick(value));
    place.style.left = `${(100 * (value - range[0])) / (range[1] - range[0])}%`;
    axis.append(place);
  }
  ticks.append(element("span"), element("span"), axis, element("span"));
  table.append(ticks);
  return [element("h4", "finding-title", strings.words), table];
}
