// A drawing that fills its place: an SVG in the pixels of the screen, drawn anew whenever its place changes its size.
import { element, svg } from "../dom.js";
import { gridOf } from "../color.js";

export function createSheet(host, className, draw) {
  const frame = element("div", `sheet ${className}`);
  const node = svg("svg", { role: "group" });
  frame.append(node);
  host.append(frame);
  function paint() {
    const { clientWidth: wide, clientHeight: tall } = frame;
    if (!wide || !tall) return; // another scene is shown
    node.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
    node.replaceChildren();
    draw(node, wide, tall);
  }
  const observer = new ResizeObserver(paint);
  observer.observe(frame);
  return { frame, node, paint, destroy: () => observer.disconnect() };
}

/** A name with its index: S with t − 1 below it; of "W_ih" what follows the underscore is the index. */
export function letter(name, index, attributes = {}) {
  const text = svg("text", { class: "letter", "text-anchor": "middle", ...attributes });
  const [symbol, below] = name.split("_");
  text.append(svg("tspan", { class: "symbol" }, symbol));
  if (below || index !== "") text.append(svg("tspan", { dx: "0.08em", dy: "0.3em", "font-size": "70%" }, below ?? index));
  return text;
}

/** A straight arrow, its head at the end. */
export function arrow([x0, y0], [x1, y1], className = "link", head = 6) {
  const group = svg("g", { class: className });
  const long = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [dx, dy] = [(x1 - x0) / long, (y1 - y0) / long];
  const [bx, by] = [x1 - dx * head, y1 - dy * head];
  group.append(svg("path", { d: `M${x0},${y0}L${bx},${by}` }));
  const side = head * 0.6;
  const tip = `M${x1},${y1}L${bx - dy * side},${by + dx * side}L${bx + dy * side},${by - dx * side}Z`;
  group.append(svg("path", { class: "head", d: tip }));
  return group;
}

/** A vector as squares around a point, one rectangle per unit, in the order of the units. */
export function squares(values, size, color) {
  const { columns, rows, size: side } = gridOf(values.length, size, size);
  return Array.from(values, (value, k) =>
    svg("rect", {
      x: (k % columns) * side - (columns * side) / 2,
      y: Math.floor(k / columns) * side - (rows * side) / 2,
      width: side - 0.8,
      height: side - 0.8,
      fill: color(value),
    }),
  );
}

/** Something that is pressed like a button, within a drawing. */
export function pressable(node, label, press) {
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  node.setAttribute("aria-label", label);
  node.classList.add("pressable");
  node.addEventListener("click", press);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  });
  return node;
}

/** A button of HTML with a text. */
export function button(text, press, className = "scene-button") {
  const node = element("button", className, text);
  node.type = "button";
  node.onclick = press;
  return node;
}

export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Call ``each`` with a share from 0 to 1 for so many milliseconds; at once with 1 where motion is not wanted. Returns
 *  a function that stops it. */
export function over(milliseconds, each) {
  if (isCalm()) {
    each(1);
    return () => {};
  }
  const start = performance.now();
  let frame = requestAnimationFrame(function next(now) {
    const share = Math.max(0, Math.min(1, (now - start) / milliseconds));
    each(share);
    if (share < 1) frame = requestAnimationFrame(next);
  });
  return () => cancelAnimationFrame(frame);
}

export const eased = (share) => share * share * (3 - 2 * share);
export const between = (a, b, share) => a + (b - a) * share;
