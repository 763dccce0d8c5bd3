// A colour scale with the numbers at its ends.
import { element } from "./dom.js";

export function legend({ scale, low, high }, scales) {
  const stops = scales[scale].map(([at, color]) => `${color} ${at * 100}%`).join(",");
  const box = element("span", "stage-legend");
  const bar = element("i");
  bar.style.background = `linear-gradient(to right, ${stops})`;
  const number = (value) => String(Number(value.toPrecision(2))).replace("-", "−");
  box.append(element("span", "", number(low)), bar, element("span", "", number(high)));
  return box;
}
