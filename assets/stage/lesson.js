// One lesson of the list: what it is about, a picture of what it shows, how far the visitor is, and the way in.
import { copyButton } from "./copying.js";
import { element, svg } from "./dom.js";
import { colorOf } from "./color.js";
import { kept } from "./scenes/answering.js";
import { arrow, createSheet, squares } from "./scenes/sheet.js";

const EDGE = 4;
const NAMES = 66; // pixels for the names of lines or bars
const APART = 14; // from one name to the next
const HUES = ["#009CE4", "#868C94", "#D8786C"]; // the first and the last of lines that are two

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
  if (picture) body.append(element("p", "lesson-axis", picture.above));
  const sheet = picture && createSheet(body, "lesson-picture", (node, wide, tall) => node.append(...drawn(picture, stage, wide, tall)));
  sheet?.node.setAttribute("aria-hidden", "true");
  if (picture?.below || picture?.key) body.append(foot(picture));
  body.append(element("p", "lesson-about", panel.about), element("p", "scene-note", panel.audience), ways);
  return {
    draw() {},
    destroy() {
      sheet?.destroy();
    },
  };
}

/** What stands below a picture: its axis, or what its colours mean. */
function foot({ below, key }) {
  const node = element("p", "lesson-axis lesson-foot", below);
  for (const [name, color] of key ?? []) {
    const item = element("span", "lesson-key", name);
    item.style.setProperty("--ink", color);
    node.append(item);
  }
  return node;
}

function drawn(picture, stage, wide, tall) {
  if (picture.lines) return lines(picture, stage, wide, tall);
  if (picture.squares) return states(stage.arrays[picture.squares], picture.columns, stage, wide, tall);
  return bars(stage.arrays[picture.bars], picture, wide);
}

/** Lines, each in its hue, with its name at the end where they are apart. */
function lines({ lines: arrays, range: [low, high], names, ends }, stage, wide, tall) {
  const isLeft = ends === "left";
  const x = (share) => (isLeft ? NAMES : EDGE) + share * (wide - NAMES - EDGE);
  const y = (value) => tall - EDGE - ((value - low) / (high - low)) * (tall - 2 * EDGE);
  const curves = arrays.map((array) => Array.from(stage.arrays[array]));
  const places = apart(curves.map((values) => y(isLeft ? values[0] : values.at(-1))), tall);
  return curves.flatMap((values, k) => {
    const points = values.map((value, t) => `${x(t / (values.length - 1)).toFixed(1)},${y(value).toFixed(1)}`);
    const at = { x: isLeft ? NAMES - 6 : wide - NAMES + 6, y: places[k] + 4, "text-anchor": isLeft ? "end" : "start" };
    const name = svg("text", { class: "lesson-name", ...at }, names[k]);
    const hue = HUES.at(k && k === curves.length - 1 ? -1 : k);
    name.style.setProperty("--ink", hue);
    return [svg("path", { class: "lesson-line", d: `M${points.join("L")}`, stroke: hue }), name];
  });
}

/** The heights of names, moved as little as keeps them from touching. */
function apart(heights, tall) {
  const order = heights.map((_, k) => k).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  order.forEach((k, i) => i && (placed[k] = Math.max(placed[k], placed[order[i - 1]] + APART)));
  order.reverse().forEach((k, i) => (placed[k] = Math.min(placed[k], i ? placed[order[i - 1]] - APART : tall - 7)));
  return placed;
}

/** A state after each word, as squares in a box, with the word below it. */
function states(values, words, stage, wide, tall) {
  const units = values.length / words.length;
  const color = colorOf(stage.header.scales, "state", [-1, 1]);
  const across = wide / words.length;
  const size = Math.min(across - 10, tall - 20);
  return words.flatMap((word, t) => {
    const [x, y] = [(t + 0.5) * across, (tall - 18) / 2];
    const box = svg("g", { transform: `translate(${x},${y})` });
    box.append(svg("rect", { class: "lesson-state", x: -size / 2, y: -size / 2, width: size, height: size, rx: 6 }));
    box.append(...squares(values.subarray(t * units, (t + 1) * units), size - 6, color));
    const text = svg("text", { class: "tick", x, y: tall - 5, "text-anchor": "middle" }, word);
    const link = t ? [arrow([x - across + size / 2 + 1, y], [x - size / 2 - 1, y], "link", 6)] : [];
    return [...link, box, text];
  });
}

/** A bar for each reading, of the shares of the labels. */
function bars(values, { colors, names }, wide) {
  const count = colors.length;
  const room = wide - NAMES;
  const parts = Array.from(values, (share, k) => {
    const row = Math.floor(k / count);
    const before = values.subarray(row * count, k).reduce((sum, value) => sum + value, 0);
    return svg("rect", { x: NAMES + before * room, y: row * 36 + 4, width: share * room, height: 26, fill: colors[k % count] });
  });
  return [...parts, ...names.map((name, row) => svg("text", { class: "tick", x: 0, y: row * 36 + 21 }, name))];
}
