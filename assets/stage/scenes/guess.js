// Scene 4: a curve that the reader draws, by hand or by keys, and then the true ones. The drawing stays in the browser.
import { element, mark, paint, svg } from "../dom.js";
import { answering } from "./answering.js";
import { between, button, createSheet, over } from "./sheet.js";

const POINTS = 26;
const BY_KEY = 0.05; // and all that comes later goes along
const NEAR = 0.25; // of the way between two points: so close a hand moves one without passing it
const TAKES = 1800;

export function createGuess(body, panel, stage) {
  const { words, steps, networks, ticks, known, sends } = panel;
  const guess = new Array(POINTS).fill(0.5);
  if (known) guess.splice(known.at, 1, known.share);
  const send = sends && answering(panel.step, stage);
  let touched = false;
  let revealed = 0; // how far the true curves are drawn, 0 to 1
  let chosen = 1;
  let stop = () => {};
  let scale = null;

  body.classList.add("guess");
  const bar = element("div", "scene-bar");
  const reveal = button(words.reveal, () => (send ? send({ curve: guess }) : turn(revealed ? 0 : 1)));
  reveal.classList.add("primary");
  const told = element("span", "scene-note", words.hint);
  told.setAttribute("role", "status");
  bar.append(reveal, told);
  if (send) bar.append(button(words.skip, () => send({ skip: true }), "question-skip"));
  body.append(bar);
  const chart = createSheet(body, "guess-chart", drawChart);
  const off = element("p", "guess-off");
  body.append(off);

  const stepOf = (k) => (k / (POINTS - 1)) * (steps - 1);
  /** The reader's curve at a step. */
  function guessed(t) {
    const k = Math.min(POINTS - 2, Math.floor((t / (steps - 1)) * (POINTS - 1)));
    return between(guess[k], guess[k + 1], (t - stepOf(k)) / (stepOf(k + 1) - stepOf(k)));
  }

  function turn(to) {
    stop();
    reveal.textContent = to ? words.again : words.reveal;
    stop = over(to ? TAKES : 1, (share) => {
      revealed = to ? share : 0;
      chart.paint();
    });
    tell(to);
  }

  /** How far off the reader's curve was, on average over the steps, in points of a hundred. */
  function tell(shown) {
    told.textContent = shown ? words.shown : touched ? words.drawn : words.hint;
    off.replaceChildren();
    if (!shown || !touched) return;
    networks.forEach(({ name, array, color }) => {
      const truth = stage.arrays[array];
      const mean = truth.reduce((sum, value, t) => sum + Math.abs(value - guessed(t)), 0) / steps;
      const item = element("span", "guess-away");
      const value = element("b");
      paint(value, (100 * mean).toFixed(0), mean, { signal: "guess:off", network: name });
      const [before, after] = words.off.replace("{network}", name).split("{points}");
      item.style.setProperty("--accent", color);
      item.append(before, value, after);
      off.append(item);
    });
  }

  function drawChart(node, wide, tall) {
    const edge = { left: 46, right: 92, top: 26, bottom: 40 };
    const x = (t) => edge.left + (t / (steps - 1)) * (wide - edge.left - edge.right);
    const y = (share) => edge.top + (1 - share) * (tall - edge.top - edge.bottom);
    scale = { x, y };
    for (const [share, text] of ticks) {
      node.append(svg("path", { class: "axis", d: `M${x(0)},${y(share)}H${x(steps - 1)}` }));
      node.append(svg("text", { class: "tick", x: edge.left - 8, y: y(share) + 4, "text-anchor": "end" }, text));
    }
    node.append(svg("text", { class: "tick", x: 0, y: 12 }, `↑ ${words.axis}`));
    for (let t = 0; t < steps; t += Math.ceil(steps / 100) * 10) {
      node.append(svg("text", { class: "tick", x: x(t), y: tall - edge.bottom + 18, "text-anchor": "middle" }, String(t + 1)));
    }
    node.append(svg("text", { class: "tick", x: (x(0) + x(steps - 1)) / 2, y: tall - 5, "text-anchor": "middle" }, words.steps));
    const line = guess.map((share, k) => `${x(stepOf(k))},${y(share)}`).join("L");
    node.append(svg("path", { class: `guess-line${touched ? "" : " untouched"}`, d: `M${line}` }));
    if (!touched && !revealed) {
      node.append(svg("text", { class: "guess-here", x: x(steps / 2), y: y(0.5) - 16, "text-anchor": "middle" }, `✎ ${words.here}`));
    }
    if (touched) node.append(svg("text", { class: "tick", x: x(steps - 1) + 8, y: y(guess.at(-1)) + 4 }, words.mine));
    if (revealed) drawTruth(node);
    node.append(...points());
  }

  function drawTruth(node) {
    const { x, y } = scale;
    const last = Math.max(1, Math.round(revealed * (steps - 1)));
    const ends = networks.map(({ array }) => y(stage.arrays[array][last]));
    networks.forEach(({ name, array, color }, k) => {
      const truth = stage.arrays[array];
      const places = Array.from(truth.subarray(0, last + 1), (share, t) => `${x(t)},${y(share)}`);
      const line = svg("path", { class: "guess-truth", d: `M${places.join("L")}`, stroke: color });
      mark(line, truth[last], { signal: "effect", network: name, source: 0, step: last });
      const above = [...ends.slice(0, k), ...(touched ? [y(guess.at(-1))] : [])];
      const near = above.some((end) => Math.abs(end - ends[k]) < 15) ? (ends[k] < y(0.5) ? 16 : -14) : 0;
      const text = svg("text", { class: "guess-name", x: x(last) + 8, y: ends[k] + 5 + near });
      const value = svg("tspan");
      paint(value, `${(100 * truth[last]).toFixed(0)}%`, truth[last], { signal: "effect", network: name, source: 0, step: last });
      text.append(`${name} `, value);
      text.style.setProperty("--ink", color);
      text.classList.add("inked");
      node.append(line, svg("circle", { cx: x(last), cy: ends[k], r: 5, fill: color }), text);
    });
  }

  /** Handles of the reader's curve: one stop of the keyboard, the arrows do the rest. */
  function points() {
    return guess.map((share, k) => {
      const handle = svg("circle", { class: "guess-point", cx: scale.x(stepOf(k)), cy: scale.y(share), r: 6 });
      handle.setAttribute("role", "slider");
      handle.setAttribute("tabindex", k === chosen ? "0" : "-1");
      handle.setAttribute("aria-label", words.point.replace("{t}", Math.round(stepOf(k)) + 1));
      handle.setAttribute("aria-valuemin", "0");
      handle.setAttribute("aria-valuemax", "100");
      handle.setAttribute("aria-valuenow", String(Math.round(100 * share)));
      handle.setAttribute("aria-valuetext", `${Math.round(100 * share)}%`);
      handle.addEventListener("keydown", (event) => onKey(event, k));
      return handle;
    });
  }

  function onKey(event, k) {
    const moves = { ArrowUp: BY_KEY, ArrowDown: -BY_KEY, PageUp: 4 * BY_KEY, PageDown: -4 * BY_KEY };
    const turns = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key in moves) for (let later = POINTS - 1; later >= k; later--) put(later, guess[later] + moves[event.key]);
    else if (event.key in turns) chosen = Math.max(0, Math.min(POINTS - 1, k + turns[event.key]));
    else return;
    event.preventDefault();
    chart.paint();
    chart.node.querySelectorAll(".guess-point")[chosen].focus();
  }

  function put(k, share) {
    guess[k] = Math.max(0, Math.min(1, share));
    chosen = k;
    if (!touched) {
      touched = true;
      tell(0);
    }
    if (revealed) tell(1);
  }

  // A hand that draws: every point that it passes over goes to where it was there.
  let before = null; // where it was, as points and share; null while it is up
  function at({ clientX, clientY }) {
    const box = chart.node.getBoundingClientRect();
    const { x, y } = scale;
    const place = ((clientX - box.left - x(0)) / (x(steps - 1) - x(0))) * (POINTS - 1);
    return [Math.max(0, Math.min(POINTS - 1, place)), (clientY - box.top - y(0)) / (y(1) - y(0))];
  }
  chart.frame.onpointerdown = (event) => {
    event.preventDefault();
    if (event.pointerType === "mouse") chart.frame.setPointerCapture(event.pointerId); // a finger is captured anyhow
    before = at(event);
    put(Math.round(before[0]), before[1]);
    chart.paint();
  };
  chart.frame.onpointermove = (event) => {
    if (!before) return;
    const now = at(event);
    for (let k = 0; k < POINTS; k++) {
      const passed = (k - before[0]) * (k - now[0]) <= 0 && now[0] !== before[0];
      if (passed) put(k, between(before[1], now[1], (k - before[0]) / (now[0] - before[0])));
      else if (Math.abs(k - now[0]) < NEAR) put(k, now[1]);
    }
    before = now;
    chart.paint();
  };
  chart.frame.onpointerup = chart.frame.onpointercancel = () => (before = null);

  return {
    draw() {},
    destroy() {
      stop();
      chart.destroy();
    },
  };
}
