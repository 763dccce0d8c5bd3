// One lesson of the list: what it is about, a picture of what it shows, how far the visitor is, and the way in.
import { copyButton } from "./copying.js";
import { element, svg } from "./dom.js";
import { colorOf } from "./color.js";

const [WIDE, TALL, EDGE] = [240, 84, 4];

export function createLesson(body, panel, stage) {
  body.classList.add("lesson-card");
  const link = element("a", "scene-button primary inside", panel.open);
  link.href = panel.href;
  const said = element("span", "unseen");
  said.setAttribute("role", "status");
  const ways = element("div", "lesson-open");
  ways.append(link, copyButton(stage, said, () => link.href), said);
  const drawing = svg("svg", { class: "lesson-picture", viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  body.append(drawing, element("p", "lesson-about", panel.about), element("p", "scene-note", panel.progress), ways);
  return {
    draw() {
      drawing.replaceChildren(...(panel.picture ? drawn(panel.picture, stage) : []));
    },
  };
}

function drawn({ lines, range, squares, columns, bars, colors }, stage) {
  if (lines) return lines.map((array, k) => line(stage.arrays[array], (k + 1) / lines.length, range));
  if (squares) return grid(stage.arrays[squares], columns, stage);
  return stacked(stage.arrays[bars], colors);
}

function line(values, strength, [low, high]) {
  const x = (k) => EDGE + (k / (values.length - 1)) * (WIDE - 2 * EDGE);
  const y = (value) => TALL - EDGE - ((value - low) / (high - low)) * (TALL - 2 * EDGE);
  const places = Array.from(values, (value, k) => `${x(k).toFixed(1)},${y(value).toFixed(1)}`);
  return svg("path", { d: `M${places.join("L")}`, "stroke-opacity": strength });
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
