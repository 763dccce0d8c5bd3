// Three curves of one eigenvalue: its powers, their size, and the size of a gradient that comes back through them.
import { element, paint, svg, ten, write } from "../dom.js";
import { halfLife, imaginary, power, real } from "./number.js";

const [WIDE, TALL] = [420, 104];
const EDGE = { left: 50, right: 12, top: 10, bottom: 26 };
const STEPS = 60; // forward
const BACK = 100; // of the gradient
const DECADES = [-4, 2]; // of the gradient's axis; what leaves it is gone, or too large

export function createCurves(host, words) {
  const impulse = chart(words.impulse, words.steps_later, [0, STEPS], [-1, 1], { "-1": "−1", 0: "0", 1: "1" });
  const memory = chart(words.memory, words.steps_later, [0, STEPS], [0, 1], { 0: "0", 0.5: "½", 1: "1" });
  const gradient = chart(words.gradient, words.step, [0, BACK], DECADES, { "-4": ten(-4), "-2": ten(-2), 0: "1", 2: ten(2) }, words.backwards);
  write(impulse.value, words.parts);
  const [im, re] = [impulse.line("imaginary"), impulse.line("real")];
  const kept = memory.line("kept");
  const half = memory.line("half");
  const back = gradient.line("back");

  function chart(title, below, [first, last], [low, high], ticks, middle = (first + last) / 2) {
    const box = element("div", "compass-chart");
    const head = element("p", "compass-chart-title", title);
    const value = element("span", "compass-chart-value");
    head.append(value);
    const sheet = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, role: "img", "aria-label": title });
    box.append(head, sheet);
    host.append(box);
    const x = (k) => EDGE.left + ((k - first) / (last - first)) * (WIDE - EDGE.left - EDGE.right);
    const y = (v) => EDGE.top + ((high - Math.max(low, Math.min(high, v))) / (high - low)) * (TALL - EDGE.top - EDGE.bottom);
    for (const [at, name] of Object.entries(ticks)) {
      sheet.append(svg("path", { class: at === "0" ? "axis" : "grid", d: `M${x(first)},${y(at)}H${x(last)}` }));
      sheet.append(svg("text", { class: "tick", x: EDGE.left - 6, y: y(at) + 4, "text-anchor": "end" }, name));
    }
    const names = [[first, first], [(first + last) / 2, middle], [last, `${below} = ${last}`]];
    for (const [k, name] of names) sheet.append(svg("text", { class: "tick", x: x(k), y: TALL - 5, "text-anchor": k === last ? "end" : "middle" }, name));
    return {
      value,
      x,
      y,
      line(name) {
        const path = svg("path", { class: `curve ${name}` });
        sheet.append(path);
        return path;
      },
    };
  }

  const through = ({ x, y }, values, first = 0) => `M${values.map((value, k) => `${x(first + k).toFixed(1)},${y(value).toFixed(1)}`).join("L")}`;

  return {
    draw(number) {
      const powers = Array.from({ length: STEPS + 1 }, (_, k) => power(number, k));
      re.setAttribute("d", through(impulse, powers.map(real)));
      im.setAttribute("d", through(impulse, powers.map(imaginary)));
      kept.setAttribute("d", through(memory, powers.map(({ size }) => size)));
      const life = halfLife(number);
      const shown = number.size > 0 && number.size < 1 && life <= STEPS;
      half.setAttribute("d", shown ? `M${memory.x(0)},${memory.y(0.5)}H${memory.x(life)}V${memory.y(0)}` : "");
      const steps = Number.isFinite(life) ? life : 0;
      if (number.size > 0 && number.size < 1) paint(memory.value, words.half_at.replace("{steps}", steps < 10 ? steps.toFixed(1) : steps.toFixed(0)), steps, { signal: "half-life" });
      else clear(memory.value);
      const decades = Math.log10(number.size);
      const sizes = Array.from({ length: BACK + 1 }, (_, t) => (t === BACK ? 0 : (BACK - t) * decades));
      const left = sizes.findLastIndex((size) => size < DECADES[0] || size > DECADES[1]);
      back.setAttribute("d", through(gradient, sizes.slice(Math.max(left, 0)), Math.max(left, 0)));
      const first = BACK * decades;
      if (Number.isFinite(first)) {
        const whole = Math.floor(first);
        const told = `${(10 ** (first - whole)).toFixed(1)} × ${ten(whole)}`;
        paint(gradient.value, words.arrives.replace("{size}", Math.abs(first) < 2 ? (10 ** first).toPrecision(2) : told), first, { signal: "log10 gradient" });
      } else clear(gradient.value);
    },
  };

  function clear(node) {
    write(node, "");
    delete node.dataset.value;
  }
}
