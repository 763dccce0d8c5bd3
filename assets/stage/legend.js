// A colour scale with the numbers at its ends.
import { element, power as powerOfTen } from "./dom.js";

/** ``power``: the numbers are log10 of what is written; ``below``, ``above``: what is less, or more, has the colour of that end too; ``note``: what is said behind it. */
export function legend({ scale, low, high, name, power, below, above, note }, scales) {
  const stops = scales[scale].map(([at, color]) => `${color} ${at * 100}%`).join(",");
  const box = element("span", "stage-legend");
  const bar = element("i");
  bar.style.background = `linear-gradient(to right, ${stops})`;
  if (name) box.append(element("b", "", name));
  const number = (value) => (power ? powerOfTen(value).replace(/^1\.0×|\.0$/, "") : String(Number(value.toPrecision(2))).replace("-", "−"));
  box.append(element("span", "", `${below ? "≤ " : ""}${number(low)}`), bar, element("span", "", `${above ? "≥ " : ""}${number(high)}`));
  if (note) box.append(element("span", "", note));
  return box;
}

/** One scale for all pictures of a row. */
export function createScale(body, panel, stage) {
  body.append(legend(panel.legend, stage.header.scales), element("span", "scale-note", panel.note));
  return { draw() {} };
}
