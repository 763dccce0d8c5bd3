// The wires of a drawing: their bends, where they join, and the head that they end in.
import { svg } from "./dom.js";

/** A dot where a wire begins on another one: there they join, elsewhere they only cross. */
export function junctions(wires) {
  const along = ([px, py], { points }) =>
    points.slice(1).some(([bx, by], k) => {
      const [ax, ay] = points[k];
      const within = (p, a, b) => Math.min(a, b) <= p && p <= Math.max(a, b);
      return within(px, ax, bx) && within(py, ay, by);
    });
  const joins = wires.flatMap((wire) => [wire.points[0], ...(wire.arrow ? [] : [wire.points.at(-1)])].map((at) => ({ wire, at })));
  return joins
    .filter(({ wire, at }) => wires.some((other) => other !== wire && along(at, other)))
    .map(({ at: [cx, cy] }) => svg("circle", { cx, cy, r: 3.4, class: "diagram-junction" }));
}

export function rounded(points, radius = 10) {
  let d = `M${points[0]}`;
  for (let k = 1; k < points.length - 1; k++) {
    const [before, corner, after] = [points[k - 1], points[k], points[k + 1]];
    d += `L${toward(corner, before, radius)}Q${corner} ${toward(corner, after, radius)}`;
  }
  return `${d}L${points.at(-1)}`;
}

/** Whether a wire comes to a point from below it. */
export const isAbove = ([x, y], wires) =>
  wires.some(({ points }) => points.slice(1).some(([bx, by], k) => bx === x && points[k][0] === x && Math.max(by, points[k][1]) > y));

function toward([x, y], [tx, ty], radius) {
  const distance = Math.hypot(tx - x, ty - y);
  const share = Math.min(radius, distance / 2) / distance;
  return [x + (tx - x) * share, y + (ty - y) * share];
}

export function arrowHead() {
  const marker = { id: "stage-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7 };
  const node = svg("marker", { ...marker, orient: "auto-start-reverse" });
  node.append(svg("path", { d: "M0 0.5L8 4L0 7.5z" }));
  return node;
}
