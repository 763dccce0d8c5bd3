// One lesson of the list: what it is about, a picture of what it shows, how far the visitor is, and the way in.
import { copyButton } from "./copying.js";
import { element, svg } from "./dom.js";
import { colorOf } from "./color.js";
import { kept } from "./scenes/answering.js";

const [WIDE, TALL, EDGE] = [240, 84, 4];

export function createLesson(body, panel, stage) {
  const { words, hrefs, picture } = panel;
  const done = hrefs.map((_, at) => panel.answered.includes(at) || kept(`${panel.step}.${at + 1}`) !== null);
  const count = done.filter(Boolean).length;
  body.classList.add("lesson-card");
  body.classList.toggle("is-open", count < hrefs.length);
  const link = element("a", "scene-button primary inside", count ? words.continue : words.begin);
  link.href = hrefs[Math.max(0, done.indexOf(false))];
  const said = element("span", "unseen");
  said.setAttribute("role", "status");
  const ways = element("div", "lesson-open");
  const progress = element("span", "scene-note lesson-progress", words.progress.replace("{done}", count));
  ways.append(link, copyButton(stage, said, () => link.href), said, progress);
  const drawing = svg("svg", { class: "lesson-picture", viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  if (picture) body.append(element("p", "lesson-axis", picture.above), drawing, foot(picture));
  body.append(element("p", "lesson-about", panel.about), element("p", "scene-note", panel.audience), ways);
  return {
    draw() {
      if (picture) drawing.replaceChildren(...drawn(picture, stage));
    },
  };
}

/** What stands below a picture: its columns' words, or its axis and the names of its lines and colours. */
function foot({ columns, below, key, colors, lines }) {
  const node = element("p", "lesson-axis lesson-foot");
  if (columns) {
    node.classList.add("columns");
    node.append(...columns.map((word) => element("span", "", word)));
    return node;
  }
  node.append(element("span", "", below));
  const names = element("span", "lesson-key");
  key.forEach((name, k) => {
    const item = element("span", colors ? "" : "line", name);
    item.style.setProperty("--ink", colors ? colors[k] : "var(--st-primary-color)");
    item.style.setProperty("--strength", lines ? strength(k, lines) : 1);
    names.append(item);
  });
  node.append(names);
  return node;
}

const strength = (k, lines) => (k + 1) / lines.length;

function drawn({ lines, range, squares, columns, bars, colors }, stage) {
  if (lines) return lines.map((array, k) => line(stage.arrays[array], strength(k, lines), range));
  if (squares) return grid(stage.arrays[squares], columns.length, stage);
  return stacked(stage.arrays[bars], colors);
}

function line(values, opacity, [low, high]) {
  const x = (k) => EDGE + (k / (values.length - 1)) * (WIDE - 2 * EDGE);
  const y = (value) => TALL - EDGE - ((value - low) / (high - low)) * (TALL - 2 * EDGE);
  const places = Array.from(values, (value, k) => `${x(k).toFixed(1)},${y(value).toFixed(1)}`);
  return svg("path", { d: `M${places.join("L")}`, "stroke-opacity": opacity });
}

function grid(values, columns, stage) {
  const rows = values.length / columns;
  const color = colorOf(stage.header.scales, "state", [-1, 1]);
  return Array.from(values, (value, k) =>
    svg("rect", {
      x: (Math.floor(k / rows) * WIDE) / columns + 3,
      y: ((k % rows) * TALL) / rows,
      width: WIDE / columns - 6,
      height: TALL / rows - 0.4,
      fill: color(value),
    }),
  );
}

/** A bar for each reading, of the shares of the labels. */
function stacked(values, colors) {
  const count = colors.length;
  return Array.from(values, (share, k) => {
    const row = Math.floor(k / count);
    const before = values.subarray(row * count, k).reduce((sum, value) => sum + value, 0);
    return svg("rect", { x: before * WIDE, y: row * 44 + 4, width: share * WIDE, height: 32, fill: colors[k % count] });
  });
}
