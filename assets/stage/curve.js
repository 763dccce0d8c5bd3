// A non-linearity as a curve with a dot for each unit, at what goes into it and what comes out.
import { svg } from "./dom.js";

const EDGE = { left: 34, right: 14, top: 14, bottom: 40 };

/** Returns the dots, unit by unit. ``names``: what stands at the two axes, [what goes in, what comes out]. */
export function drawCurve(node, wide, tall, { f, sums, values, unit, color, names }) {
  const finite = Array.from(sums).filter(Number.isFinite);
  const most = Math.max(3, Math.ceil(Math.max(0, ...finite.map(Math.abs))));
  const along = Array.from({ length: 81 }, (_, k) => -most + (k / 40) * most);
  const [low, high] = [Math.floor(Math.min(...along.map(f)) + 0.4), Math.ceil(Math.max(...along.map(f)) - 0.4)];
  const x = (a) => EDGE.left + ((a + most) / (2 * most)) * (wide - EDGE.left - EDGE.right);
  const y = (s) => EDGE.top + ((high - s) / (high - low)) * (tall - EDGE.top - EDGE.bottom);
  const line = (d, className) => node.append(svg("path", { d, class: className }));
  for (const value of new Set([low, 0, high])) {
    line(`M${x(-most)},${y(value)}H${x(most)}`, "axis");
    node.append(svg("text", { class: "tick", x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, String(value).replace("-", "−")));
  }
  line(`M${x(0)},${y(high)}V${y(low)}`, "axis");
  for (const value of [-most, 0, most]) {
    node.append(svg("text", { class: "tick", x: x(value), y: y(low) + 17, "text-anchor": "middle" }, String(value).replace("-", "−")));
  }
  node.append(svg("text", { class: "tick", x: x(most), y: tall - 8, "text-anchor": "end" }, names[0]));
  node.append(svg("text", { class: "tick", x: x(most), y: y(low) - 8, "text-anchor": "end" }, names[1]));
  line(`M${along.map((a) => `${x(a).toFixed(1)},${y(f(a)).toFixed(1)}`).join("L")}`, "tanh");
  if (Number.isFinite(values[unit])) line(`M${x(sums[unit])},${y(low)}V${y(values[unit])}H${x(-most)}`, "drop");
  const dots = Array.from(values, (value, k) => {
    const [cx, cy] = Number.isFinite(value) ? [x(sums[k]), y(value)] : [-99, -99];
    return svg("circle", { cx, cy, r: k === unit ? 7 : 4.5, fill: color(value), class: k === unit ? "dot chosen" : "dot" });
  });
  node.append(...dots.filter((_, k) => k !== unit), dots[unit]);
  return dots;
}
