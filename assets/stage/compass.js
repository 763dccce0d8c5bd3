// One eigenvalue on the unit disc, dragged or moved by keys: what it makes of an impulse, of a memory and of a gradient
// follows in curves beside it, and a row of bits below. The eigenvalues of a network stand on the same disc. The way back
// undoes a drag.
import { element, mark, paint, svg, write } from "./dom.js";
import { createCounting } from "./compass/counting.js";
import { createCurves } from "./compass/curves.js";
import { anglePer, power, said } from "./compass/number.js";
import { button } from "./scenes/sheet.js";

const [ACROSS, DOWN] = [246, 212]; // half of the drawing's sides
const RADIUS = 186; // of the unit circle in it
const LARGEST = 1.15; // what |λ| may be: beyond 1 everything grows
const NEAR = { size: 0.012, angle: 2.5 }; // snaps to the circle, and to the real axis, in degrees
const LIVES = [1, 3, 10, 30]; // half-lives of the rings
const NAMED = { most: 10, at: [0.5, 0.56, 0.44, 0.62, 0.38, 0.68, 0.32], room: [50, 13] }; // up to which half-life a ring has a name, where on its lower half it may be, and how far from a dot
const TURNS = [3, 4, 6, 8]; // steps of one turn, at the rim
const POWERS = 24; // of the spiral
const RESTS = 1000; // ms between two keys, after which the next begins another entry in the history
const APART = 34; // of a power's name from the middle and from λ, else none is written
const BARS = 40; // of a gate's histogram

let chosen = null; // survives a change of network, as the cursor does

export function createCompass(body, panel, stage) {
  const { words } = panel;
  const sheet = svg("svg", { viewBox: `${-ACROSS} ${-DOWN} ${2 * ACROSS} ${2 * DOWN}`, class: "sheet compass-disc" });
  const aside = element("div", "compass-aside");
  const title = element("p", "compass-said");
  title.setAttribute("aria-live", "polite");
  const reading = element("p", "compass-reading");
  const [size, angle] = [element("b"), element("b")];
  reading.append(...words.reading.split(/\{(size|angle)\}/).map((part) => ({ size, angle })[part] ?? part));
  const left = element("div", "compass-left");
  const presets = element("div", "compass-presets");
  presets.append(element("span", "", words.try));
  for (const { name, size, angle } of panel.presets) presets.append(button(name, () => branch(() => turn({ size, angle })), "compass-preset"));
  left.append(sheet);
  aside.append(title, reading, presets);
  const whole = element("div", "compass");
  whole.append(left, aside);
  body.append(whole);
  const curves = createCurves(aside, words);
  const counting = createCounting(body, panel);

  const ringNames = [];
  const pairs = panel.eigenvalues ? stage.whole(panel.eigenvalues) : [];
  const dots = Array.from({ length: pairs.length / 2 }, (_, unit) => [pairs[2 * unit] * RADIUS, -pairs[2 * unit + 1] * RADIUS]);
  drawGround();
  const network = drawNetwork();
  const spiral = svg("path", { class: "spiral" });
  const later = svg("path", { class: "spiral later" }); // after its first turn
  const beads = Array.from({ length: POWERS + 1 }, () => svg("circle", { class: "bead" }));
  const firstPowers = [[0, "1"], [2, "λ²"], [3, "λ³"]].map(([k, name]) => ({ k, node: svg("text", { class: "power", "text-anchor": "middle" }, name) }));
  const ray = svg("path", { class: "ray" });
  const handle = svg("g", { class: "handle", tabindex: 0, role: "slider", "aria-label": words.handle, "aria-valuemin": 0, "aria-valuemax": LARGEST });
  const letter = svg("text", { class: "letter", "text-anchor": "middle" }, "λ");
  const hint = svg("text", { class: "hint", "text-anchor": "start", x: 10, y: 30 }, words.drag);
  handle.append(svg("circle", { r: 22, class: "reach" }), svg("circle", { r: 12, class: "knob" }), letter, hint);
  sheet.append(ray, spiral, later, ...beads, ...firstPowers.map(({ node }) => node), ...ringNames, handle);

  const usual = { size: panel.size, angle: panel.angle };
  chosen ??= fromAddress();
  let now = chosen ?? usual;
  if (chosen) keep();
  const goBack = () => {
    chosen = fromAddress();
    now = chosen ?? usual;
    stage.address.keep("lambda", chosen && inAddress(now));
    follow();
  };
  addEventListener("popstate", goBack);

  function branch(change) {
    keep(); // the way back finds where it was
    stage.address.branch();
    change();
  }

  function fromAddress() {
    const [size, angle, more] = (new URLSearchParams(location.search).get("lambda") ?? "").split("~").map(Number);
    const fits = more === undefined && size >= 0 && size <= LARGEST && Math.abs(angle) <= 180;
    return fits ? { size, angle } : null;
  }

  function turn({ size, angle }) {
    const round = (value, digits) => Number(value.toFixed(digits));
    now = { size: round(Math.max(0, Math.min(LARGEST, size)), 3), angle: round(anglePer(angle), 1) };
    chosen = now;
    keep();
    follow();
  }

  function keep() {
    stage.address.keep("lambda", inAddress(now));
  }

  function follow() {
    const [x, y] = at(now);
    handle.setAttribute("transform", `translate(${x} ${y})`);
    ray.setAttribute("d", `M0,0L${x},${y}`);
    beside(letter, [0, 0], now.angle, 20);
    const places = beads.map((_, k) => at(power(now, k))).filter(([a, b]) => Math.hypot(a, b) < 2 * RADIUS);
    const turned = Math.min(places.length, now.angle ? Math.ceil(360 / Math.abs(now.angle)) + 1 : Infinity);
    spiral.setAttribute("d", through(places.slice(0, turned)));
    later.setAttribute("d", turned < places.length ? through(places.slice(turned - 1)) : "");
    beads.forEach((bead, k) => {
      bead.classList.toggle("later", k >= turned);
      bead.setAttribute("r", k < places.length ? Math.max(1.2, 3.4 - k / 18) : 0);
      if (k < places.length) [bead.cx.baseVal.value, bead.cy.baseVal.value] = places[k];
    });
    for (const { node, k } of firstPowers) {
      const [a, b] = places[k] ?? [0, 0];
      const isSeen = k < places.length && Math.hypot(a, b) > APART && (k === 0 || Math.hypot(a - x, b - y) > APART);
      node.style.display = isSeen ? "" : "none";
      if (isSeen) Object.entries({ x: a - 11, y: b + 16 }).forEach(([name, value]) => node.setAttribute(name, value));
    }
    hint.style.display = chosen ? "none" : "";
    const text = said(now, words);
    write(title, text);
    handle.setAttribute("aria-valuetext", text);
    handle.setAttribute("aria-valuenow", now.size);
    paint(size, now.size.toFixed(3), now.size, { signal: "size" });
    paint(angle, `${now.angle.toFixed(now.angle % 1 ? 1 : 0).replace("-", "−")}°`, now.angle, { signal: "angle" });
    curves.draw(now);
    counting.draw(now);
  }

  function drawGround() {
    sheet.append(svg("circle", { r: RADIUS, class: "within" }));
    for (const life of LIVES) {
      const r = RADIUS * 0.5 ** (1 / life);
      sheet.append(svg("circle", { r, class: "ring" }));
      if (life > NAMED.most) continue;
      const text = life === 1 ? words.life_one : words.life.replace("{steps}", life);
      const [x, y] = placeOnRing(r);
      ringNames.push(svg("text", { x, y: y + 4, class: "ring-name", "text-anchor": "middle" }, text));
    }
    sheet.append(svg("path", { class: "axis", d: `M${-RADIUS},0H${RADIUS}M0,${-RADIUS}V${RADIUS}` }), svg("circle", { r: RADIUS, class: "circle" }));
    const rim = (degrees, text) => {
      const [x, y] = at({ size: 1.08, angle: degrees });
      sheet.append(svg("text", { class: "rim-name", x, y: y + 4, "text-anchor": x > 20 ? "start" : x < -20 ? "end" : "middle" }, text));
    };
    for (const steps of TURNS) rim(360 / steps, words.part.replace("{steps}", steps));
    rim(0, words.keeps);
    rim(180, words.flips);
  }

  /** The first place for a name on a ring that is on no dot and within the circle. */
  function placeOnRing(r) {
    const places = NAMED.at.map((part) => [-r * Math.cos(part * Math.PI), r * Math.sin(part * Math.PI)]);
    const [wide, tall] = NAMED.room;
    const isFree = ([x, y]) => dots.every(([a, b]) => Math.abs(a - x) > wide || Math.abs(b - y) > tall) && Math.hypot(Math.abs(x) + wide - 8, y) < RADIUS;
    return places.find(isFree) ?? places[0];
  }

  /** Eigenvalues as points; a gate as a histogram along the real axis, and its units at the cursor's step as points. */
  function drawNetwork() {
    sheet.style.setProperty("--cell", panel.color);
    if (panel.eigenvalues) {
      for (let unit = 0; unit < pairs.length / 2; unit++) {
        const [re, im] = [pairs[2 * unit], pairs[2 * unit + 1]];
        const size = Math.hypot(re, im);
        const within = Math.min(1, LARGEST / size); // one that lies beyond the drawing stands at its rim, with its size
        const [cx, cy] = [re * within * RADIUS, -im * within * RADIUS];
        const point = svg("circle", { cx, cy, r: 3.6, class: `eigenvalue ${within < 1 ? "beyond" : ""}` });
        mark(point, size, { signal: "eigenvalue", unit });
        sheet.append(point);
        if (within < 1) sheet.append(svg("text", { class: "beyond-name", x: cx, y: cy + 17, "text-anchor": re < 0 ? "start" : "end" }, `|λ| = ${size.toFixed(2)}`));
      }
      return () => {};
    }
    const all = stage.whole(panel.gate);
    const counts = new Array(BARS).fill(0);
    for (const value of all) counts[Math.min(BARS - 1, Math.floor(value * BARS))]++;
    const most = Math.max(...counts);
    counts.forEach((count, k) => {
      const tall = (70 * count) / most;
      sheet.append(svg("rect", { x: (k / BARS) * RADIUS, y: -tall, width: RADIUS / BARS - 0.6, height: tall, class: "bar" }));
    });
    const points = Array.from(stage.at(panel.gate), () => svg("circle", { r: 3.2, class: "eigenvalue" }));
    sheet.append(...points);
    return () =>
      stage.at(panel.gate).forEach((value, unit) => {
        points[unit].setAttribute("cx", value * RADIUS);
        points[unit].setAttribute("cy", 7 + 3 * (unit % 3));
        mark(points[unit], value, { signal: "kept", unit });
      });
  }

  function follows(event) {
    const { left, top, width, height } = sheet.getBoundingClientRect();
    const x = (((event.clientX - left) / width) * 2 - 1) * ACROSS;
    const y = (1 - ((event.clientY - top) / height) * 2) * DOWN;
    const place = { size: Math.hypot(x, y) / RADIUS, angle: (Math.atan2(y, x) * 180) / Math.PI };
    if (Math.abs(place.size - 1) < NEAR.size) place.size = 1;
    const straight = 180 * Math.round(place.angle / 180);
    if (Math.abs(place.angle - straight) < NEAR.angle) place.angle = straight;
    turn(place);
  }

  let dragged = false;
  sheet.onpointerdown = (event) => {
    dragged = true;
    sheet.setPointerCapture(event.pointerId);
    branch(() => follows(event));
    handle.focus({ preventScroll: true });
    event.preventDefault();
  };
  sheet.onpointermove = (event) => dragged && follows(event);
  sheet.onpointerup = sheet.onpointercancel = () => (dragged = false);
  let pressed = -Infinity;
  handle.onkeydown = (event) => {
    const fine = event.shiftKey ? 0.2 : 1;
    const moves = { ArrowLeft: { angle: 5 * fine }, ArrowRight: { angle: -5 * fine }, ArrowUp: { size: 0.01 * fine }, ArrowDown: { size: -0.01 * fine } };
    const move = moves[event.key];
    if (!move) return;
    const change = () => turn({ size: now.size + (move.size ?? 0), angle: now.angle + (move.angle ?? 0) });
    if (event.timeStamp - pressed > RESTS) branch(change);
    else change();
    pressed = event.timeStamp;
    event.preventDefault();
    event.stopPropagation(); // the arrows are the disc's now
  };

  return {
    draw() {
      network();
      follow();
    },
    destroy: () => removeEventListener("popstate", goBack),
  };
}

const inAddress = ({ size, angle }) => `${size}~${angle}`;

const through = (places) => `M${places.map((place) => place.map((value) => value.toFixed(1)).join()).join("L")}`;

/** A name beside a place, at right angles to the way there from the middle, so that it is not on it. */
function beside(name, [x, y], angle, far) {
  const radians = (angle * Math.PI) / 180;
  name.setAttribute("x", x - far * Math.sin(radians));
  name.setAttribute("y", y - far * Math.cos(radians) + 5);
}

/** Where a number lies in the drawing. */
function at({ size, angle }) {
  const radians = (angle * Math.PI) / 180;
  return [RADIUS * size * Math.cos(radians), -RADIUS * size * Math.sin(radians)];
}
