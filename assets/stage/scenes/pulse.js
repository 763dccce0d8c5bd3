// Scene 5: the loss at the last step sends its gradient back along the chain. Each link multiplies its size by a factor;
// a slider chooses among networks whose recurrent weights have another spectral radius.
import { element, mark, paint, svg, ten } from "../dom.js";
import { arrow, createSheet, isCalm, letter, over } from "./sheet.js";

const TAKES = 2600; // ms from the loss to the first step
const WIDE = 38; // pixels of a step that hold the text of a factor
const HOLDS = 1; // decades either way that still count as neither vanished nor exploded

export function createPulse(body, panel, stage) {
  const { words, radii, steps, names } = panel;
  let chosen = panel.start;
  let front = 0; // how many links the pulse has come back
  let stop = () => {};
  let begun = false;

  body.classList.add("pulse");
  const bar = element("div", "scene-bar");
  const label = element("label", "pulse-slider");
  const slider = element("input", "stage-slider");
  Object.assign(slider, { type: "range", min: 0, max: radii.length - 1, step: 1, value: chosen });
  const reading = element("b", "pulse-radius");
  const track = element("span", "pulse-track");
  track.style.setProperty("--one", radii.findIndex((radius) => radius >= 0.999) / (radii.length - 1));
  track.append(slider, element("i", "tick pulse-one", "1"));
  label.append(element("span", "", words.radius), track, reading);
  slider.setAttribute("aria-label", words.radius);
  const verdict = element("p", "pulse-verdict");
  verdict.setAttribute("role", "status");
  bar.append(label);
  body.append(bar, verdict);
  const sheet = createSheet(body, "pulse-chart", drawChart);

  slider.oninput = () => {
    chosen = Number(slider.value);
    stop();
    front = steps - 1;
    sheet.paint();
    tell();
  };
  slider.onchange = () => run();

  const sizes = () => stage.at(panel.array, chosen); // log10 of |dL/dS_t| over that at the last step

  function run() {
    stop();
    stop = over(TAKES, (share) => {
      front = share * (steps - 1);
      sheet.paint();
    });
  }

  function tell() {
    const total = sizes()[0];
    const kind = total < -HOLDS ? "vanishes" : total > HOLDS ? "explodes" : "holds";
    paint(reading, radii[chosen].toFixed(1), radii[chosen], { signal: "radius" });
    slider.setAttribute("aria-valuetext", radii[chosen].toFixed(1));
    const value = element("b");
    const size = 10 ** Math.abs(total);
    paint(value, `${total < 0 ? "÷" : "×"} ${readable(size)}`, total, { signal: "log10 dL/dh", step: 0, order: chosen });
    const [before, after] = words[kind].split("{factor}");
    verdict.replaceChildren(before, value, after);
    body.dataset.verdict = kind;
  }

  function drawChart(node, wide, tall) {
    const values = sizes();
    const across = (wide - 56) / steps;
    const x = (t) => 6 + (t + 0.5) * across;
    const radius = Math.max(5, Math.min(13, across * 0.3));
    const chain = across > WIDE ? 44 : 62;
    const [high, low] = [chain + 46, tall - 14];
    const [most, least] = panel.range;
    const y = (decades) => high + ((most - decades) / (most - least)) * (low - high);
    node.append(svg("path", { class: "axis one", d: `M6,${y(0)}H${wide - 44}` }));
    for (let decade = 2 * Math.floor(most / 2); decade >= least; decade -= 2) {
      if (decade) node.append(svg("path", { class: "axis", d: `M6,${y(decade)}H${wide - 44}` }));
      const text = decade ? `${decade > 0 ? "×" : "÷"} ${ten(Math.abs(decade))}` : "× 1";
      node.append(svg("text", { class: "tick", x: wide - 40, y: y(decade) + 4 }, text));
    }
    for (let t = steps - 1; t >= 0; t--) {
      const back = steps - 1 - t;
      const seen = Math.max(0, Math.min(1, front - back + 1));
      const size = clamp(values[t], least, most);
      const bar = svg("rect", {
        class: "pulse-bar",
        x: x(t) - across * 0.32,
        width: across * 0.64,
        y: Math.min(y(0), y(size)),
        height: Math.max(1, Math.abs(y(size) - y(0))) * seen,
        opacity: seen ? 1 : 0,
      });
      if (size > 0) bar.setAttribute("y", y(0) - Math.abs(y(size) - y(0)) * seen);
      mark(bar, values[t], { signal: "log10 dL/dh", step: t, order: chosen });
      node.append(bar);
      node.append(svg("circle", { class: "pulse-ground", cx: x(t), cy: chain, r: radius }));
      const shade = 0.12 + 0.88 * Math.max(0, Math.min(1, 1 + values[t] / 6));
      node.append(svg("circle", { class: "pulse-node", cx: x(t), cy: chain, r: radius, "fill-opacity": seen ? shade : 0 }));
      if (t) drawLink(node, t, { x, chain, radius, across, values });
    }
    const below = chain + radius + 16;
    node.append(letter(names.state, "1", { x: x(0), y: below }), letter(names.state, String(steps), { x: x(steps - 1), y: below }));
    node.append(svg("text", { class: "pulse-loss", x: wide - 40, y: chain + 5 }, words.loss));
    if (front < steps - 1) {
      node.append(svg("circle", { class: "pulse-front", cx: x(steps - 1 - front), cy: chain, r: radius + 4 }));
    }
  }

  /** The way back from step t to the one before, with the factor of the gradient's size where there is room. */
  function drawLink(node, t, { x, chain, radius, across, values }) {
    const passed = front >= steps - t;
    node.append(arrow([x(t) - radius - 1, chain], [x(t - 1) + radius + 2, chain], passed ? "link back" : "link faint", 4));
    if (!passed) return;
    const factor = 10 ** (values[t - 1] - values[t]);
    const [at, above] = [(x(t) + x(t - 1)) / 2, chain - radius - 8];
    const upright = { x: at, y: above, "text-anchor": "middle" };
    const turned = { transform: `translate(${at + 4},${above}) rotate(-90)` };
    const text = svg("text", { class: "pulse-factor", ...(across > WIDE ? upright : turned) });
    paint(text, `×${factor.toFixed(2)}`, factor, { signal: "factor", step: t - 1, order: chosen });
    node.append(text);
  }

  tell();
  return {
    draw({ scene }) {
      if (scene !== panel.scene || begun) return;
      begun = true;
      if (isCalm()) front = steps - 1;
      else run();
      sheet.paint();
    },
    destroy() {
      stop();
      sheet.destroy();
    },
  };
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** Two digits of a number of any size. */
function readable(size) {
  if (size < 10) return size.toFixed(1);
  if (size < 1e6) return Number(size.toPrecision(2)).toLocaleString("en");
  const power = Math.floor(Math.log10(size));
  return `${(size / 10 ** power).toFixed(1)}×${ten(power)}`;
}
