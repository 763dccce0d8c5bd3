// A colour scale with the numbers at its ends.
import { element } from "./dom.js";

/** ``power``: the numbers are log10 of what is written. */
export function legend({ scale, low, high, name, power }, scales) {
  const stops = scales[scale].map(([at, color]) => `${color} ${at * 100}%`).join(",");
  const box = element("span", "stage-legend");
  const bar = element("i");
  bar.style.background = `linear-gradient(to right, ${stops})`;
  if (name) box.append(element("b", "", name));
  box.append(end(low, power), bar, end(high, power));
  return box;
}

function end(value, power) {
  const text = String(Number(value.toPrecision(2))).replace("-", "−");
  if (!power || value === 0) return element("span", "", power ? "1" : text);
  const node = element("span", "", "10");
  node.append(element("sup", "", text));
  return node;
}

/** One scale for all pictures of a row. */
export function createScale(body, panel, stage) {
  body.append(legend(panel.legend, stage.header.scales));
  return { draw() {} };
}
