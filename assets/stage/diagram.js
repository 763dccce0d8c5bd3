// The cell as a drawing: boxes show the vectors of this step, wires light up in the order of computation.
// The drawing itself is data that comes with the cell; nothing here knows an LSTM from a GRU.
import { canvas, element, number, paint as paintNumber, svg, write } from "./dom.js";
import { colorOf, drawUnits } from "./color.js";
import { fadeEnds } from "./edges.js";
import { drawRows, paintUnit, placeOf } from "./shapes.js";
import { createWorked, tellTitle } from "./worked.js";
import { arrowHead, isAbove, junctions, rounded } from "./wires.js";

const UNITS = { x: 8, y: 25, height: 24 }; // where a box shows its vector
const ROWS = { x: 14, y: 31, right: 10, bottom: 7 }; // and where a matrix: how far from the edges
const PARTS = 17; // the room of the names of the parts of complex numbers
const SIDE = { width: 7, gap: 2 }; // of a vector beside a matrix
const OBLONG = 8; // times as long as wide, up to which the numbers of a matrix are drawn to fill its box
const RADIUS = 18;
const UNDER = 26; // for the name under a box
const PHONE = 760; // pixels, up to which it is drawn in its own size
const READABLE = 12; // pixels: its letters are not seen smaller, up to this size in its own units:
const LARGEST = 17;
const USUAL = 112; // of a box, in units of the drawing: a wider one has room for larger letters
const BELOW = 18; // pixels between the drawing and the end of the screen
const CALM = 140; // ms between steps below which wires stay still: someone is sliding

export function createDiagram(body, panel, stage) {
  const [width, least] = panel.size;
  const named = panel.boxes.filter(({ under, kind }) => under && kind !== "gate");
  const height = Math.max(least, ...named.map(({ at, size }) => at[1] + size[1] / 2 + UNDER));
  const sheet = element("div", "diagram-sheet");
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": panel.label, class: "diagram-drawing" });
  sheet.append(drawing);
  const worked = panel.worked?.length ? createWorked(panel.worked, stage) : null;
  if (worked) body.append(worked.node);
  body.append(sheet);
  const fade = fadeEnds(body);

  const [fx, fy, fw, fh] = panel.frame;
  drawing.append(svg("rect", { x: fx, y: fy, width: fw, height: fh, rx: 16, class: "diagram-frame" }));
  if (panel.aside) {
    const [x, y, width, height] = panel.aside;
    drawing.append(svg("rect", { x, y, width, height, rx: 12, class: "diagram-aside" }));
  }
  for (const { text, place: [x, y, width, height] } of panel.bands ?? []) {
    drawing.append(svg("rect", { x, y, width, height, rx: 12, class: "diagram-aside band" }));
    drawing.append(svg("text", { x: x + 12, y: y + 22, class: "diagram-band" }, text));
  }
  drawing.append(arrowHead());
  const wires = panel.wires.map((wire) => {
    const d = rounded(wire.points);
    drawing.append(svg("path", { d, class: `diagram-wire ${wire.new ? "new" : ""} ${wire.road ? "road" : ""} ${wire.quiet ? "quiet" : ""}`, ...(wire.arrow ? { "marker-end": "url(#stage-arrow)" } : {}) }));
    return { order: wire.order, path: svg("path", { d, class: "diagram-pulse", pathLength: 100 }) };
  });
  drawing.append(...wires.map(({ path }) => path), ...junctions(panel.wires));
  const factors = [];
  for (const { symbol: name, at, array, shape, signal, word, quiet } of panel.operations) {
    const [x, y] = at;
    const node = svg("g", { class: `diagram-operation ${quiet ? "quiet" : ""}` });
    const long = name.length > 1;
    node.append(
      long
        ? svg("rect", { x: x - 22, y: y - RADIUS, width: 44, height: 2 * RADIUS, rx: RADIUS })
        : svg("circle", { cx: x, cy: y, r: RADIUS }),
      symbol(name, { x, y: y + (long ? 5 : 6), class: long ? "word" : "" }),
    );
    if (array) {
      const below = !isAbove(at, panel.wires);
      const text = svg("text", below ? { x, y: y + RADIUS + 18, class: "factor" } : { x: x + 28, y: y + 5, class: "factor beside" });
      node.append(text);
      factors.push({ text, array, shape, signal });
    }
    if (word) node.append(svg("text", wordOf(at, array), word));
    drawing.append(node);
  }

  /** Where the name of an operation stands: off its wires, and off the number by which it multiplies. */
  function wordOf([x, y], array) {
    if (array) return isAbove([x, y], panel.wires) ? { x: x + 28, y: y + 23, class: "factor beside name" } : { x, y: y - RADIUS - 8, class: "factor name" };
    const goesRight = panel.wires.some(({ points: [[left, level]] }) => level === y && left > x && left < x + 2 * RADIUS);
    return goesRight ? { x, y: y + RADIUS + 16, class: "factor name" } : { x: x + RADIUS + 7, y: y + 5, class: "factor beside name" };
  }
  const boxes = panel.boxes.map((box) => drawBox(box));
  const isInColumns = panel.boxes.some(({ shape }) => shape === "complex"); // then each unit is a column in every box
  for (const { text, at } of panel.words ?? []) {
    const [base, power] = text.split("^");
    const word = svg("text", { x: at[0], y: at[1], class: "diagram-told" }, base);
    if (power) word.append(svg("tspan", { dy: -6 }, power));
    drawing.append(word);
  }
  let surface = null;
  let placed = [];

  function drawBox(box) {
    const [wide, tall] = box.size;
    const [x, y] = [box.at[0] - wide / 2, box.at[1] - tall / 2];
    const node = svg("g", { class: `diagram-box ${box.kind} ${box.quiet ? "quiet" : ""}`, transform: `translate(${x} ${y})` });
    if (box.color) node.style.setProperty("--signal", box.color);
    const isMatrix = box.shape === "matrix";
    const value = svg("text", isMatrix ? { x: wide - 7, y: 17, class: "value size" } : { x: wide / 2, y: tall - 7, class: box.shape === "complex" ? "value complex" : "value" });
    const first = box.first && svg("tspan", { class: "first" });
    const shown = first ? svg("tspan") : value;
    if (first) value.append(first, " ", shown);
    // With a word beside its letter what acts on the sum stands below, before the number that comes of it.
    const isNamed = Boolean(box.word && box.activation && (!box.shape || box.shape === "number") && !box.first);
    if (isNamed) {
      node.classList.add("named");
      value.setAttribute("x", wide - 7);
    }
    const activation = svg("text", { x: isNamed ? 7 : wide - 7, y: isNamed ? tall - 7 : 17, class: box.reads ? "activation letter" : "activation" }, box.activation);
    const label = symbol(box.label, { x: 7, y: 18, class: "symbol" });
    if (wide > USUAL) node.classList.add("wide");
    if (isMatrix && box.label.split("_")[0].length > 3) node.classList.add("long");
    if (box.limits || (box.word && box.activation && !isNamed)) node.classList.add("limited");
    if (box.word && !(isMatrix && box.limits) && !(box.first && box.activation)) label.append(svg("tspan", { class: "word", dx: 3 }, box.word));
    node.append(svg("rect", { width: wide, height: tall, rx: 9 }), label, activation, value);
    if (isNamed && box.limits) node.append(svg("text", { x: wide - 7, y: 17, class: "value size" }, box.limits));
    if (box.shape === "complex") node.append(...["Re", "Im"].map((part, k) => svg("text", { x: 5, y: UNITS.y + 10.5 + 12 * k, class: "part" }, part)));
    if (box.under) node.append(svg("text", box.kind === "gate" ? { x: wide + 8, y: tall / 2 + 4, class: "under beside" } : { x: wide / 2, y: tall + 18, class: "under" }, box.under));
    if (box.new) {
      node.classList.add("new");
      node.append(svg("rect", { x: wide - 46, y: -18, width: 46, height: 22, rx: 11, class: "badge" }), svg("text", { x: wide - 23, y: -2, class: "badge" }, panel.newWord));
    }
    drawing.append(node);
    return { x, y, node, value: shown, first, activation, box, color: colorOf(stage.header.scales, box.scale, box.range) };
  }

  /** A drawing that would end just below the first screen ends on it, where that leaves the part ``fits`` of its size. */
  function fit() {
    if (!panel.fits) return;
    const whole = (body.clientWidth * height) / width;
    const scrolled = body.closest("[data-testid=stMain]")?.scrollTop ?? 0;
    const room = innerHeight - sheet.getBoundingClientRect().top - scrolled - BELOW;
    const fits = innerWidth <= PHONE || room >= whole || room < panel.fits * whole;
    sheet.style.maxWidth = fits ? "" : `${Math.floor((room * width) / height)}px`;
  }

  /** One canvas over the drawing, as large as the drawing is shown. */
  function measure() {
    fade();
    // On a phone it is wider than its place: then who has but keys can scroll it.
    if (body.scrollWidth > body.clientWidth) body.setAttribute("tabindex", "0");
    else body.removeAttribute("tabindex");
    fit();
    const shown = drawing.clientWidth;
    if (!shown) return;
    drawing.style.setProperty("--least", `${Math.min(LARGEST, (READABLE * width) / shown)}px`);
    surface?.node.remove();
    surface = canvas(shown, (shown * height) / width);
    surface.node.className = "diagram-units";
    surface.node.onclick = chooseUnit;
    surface.node.onpointermove = explain;
    surface.context.scale(shown / width, shown / width);
    sheet.append(surface.node);
    paint(stage.now);
  }

  function paint({ unit }) {
    if (!surface) return;
    const { ink } = stage;
    for (const { text, array, shape, signal } of factors) paintUnit(text, stage.whole(array), unit, { shape }, { signal, unit });
    placed = boxes.map(({ x, y, node, value, first, activation, box, color }) => {
      const [wide, tall] = box.size;
      const values = stage.at(box.array);
      // A summand may at most steps be far less than what it is added to.
      const most = box.ownRange && Math.max(...Array.from(values, Math.abs).filter(Number.isFinite));
      if (most) color = colorOf(stage.header.scales, box.scale, [-most, most]);
      const chosen = box.units && box.shape !== "number" ? unit : -1;
      const one = values[unit];
      const isHeld = (by) => Boolean(by) && stage.at(by.where)[unit] === 1;
      node.classList.toggle("held", isHeld(box.held));
      node.classList.toggle("unused", isHeld(box.instead));
      write(activation, isHeld(box.held) ? box.held.word : box.shape === "matrix" ? "" : box.reads ? stage.header.tokens[stage.now.step] : (box.activation || box.limits || ""));
      if (first) {
        const before = stage.at(box.first)[unit];
        paintNumber(first, Number.isNaN(before) ? "–" : `${number(before).trim()} →`, before, { signal: box.first, unit });
      }
      if (isHeld(box.instead)) paintNumber(value, "–", NaN, { signal: box.array, unit });
      else if (box.shape === "matrix") write(value, isHeld(box.held) ? "" : most ? `±${Number(most.toPrecision(2))}` : box.activation || box.limits);
      else if (box.shape && box.shape !== "vector") paintUnit(value, values, unit, box, { signal: box.array, unit: placeOf(box, unit) });
      else if (box.units && !box.shape) paintNumber(value, number(one), one, { signal: box.array, unit });
      else paintNumber(value, `${values.length} ${stage.strings.numbers}`, values.length, { signal: `${box.array}:size` });
      if (box.shape === "matrix") {
        const at = [x + ROWS.x, y + ROWS.y, wide - ROWS.x - ROWS.right, tall - ROWS.y - ROWS.bottom];
        const drawn = drawRows(surface.context, ...at, values, { ...box, fill: OBLONG }, color, chosen, ink);
        drawSides(box.sides, drawn);
        return { at, units: box.units, ...drawn };
      }
      const left = isInColumns && box.units ? PARTS : 0;
      const at = [x + UNITS.x + left, y + UNITS.y, wide - 2 * UNITS.x - left, UNITS.height];
      if (left) {
        const rows = box.shape === "complex" ? 2 : 1;
        const drawn = drawRows(surface.context, ...at, values, { rows, columns: values.length / rows, fill: OBLONG }, color, -1, ink);
        frame(unit, drawn);
        return { at, units: true, isInColumns, ...drawn };
      }
      return { at, count: values.length, units: box.units, ...drawUnits(surface.context, ...at, values, color, chosen, ink) };
    });
  }

  /** Around the column of the chosen unit, outside its colours: a column may be thinner than a line. */
  function frame(unit, { left, top, wide, tall, rows }) {
    surface.context.strokeStyle = stage.ink;
    surface.context.lineWidth = 1.6;
    surface.context.strokeRect(left + unit * wide - 0.8, top - 0.8, wide + 1.6, rows * tall + 1.6);
  }

  /** Of the product of a column and a row: the one beside its rows, the other above its columns. */
  function drawSides([beside, above], { left, top, wide, tall, rows, columns }) {
    const { width: thick, gap } = SIDE;
    const strip = (name, across) => {
      const part = boxes.find(({ box }) => box.signal === name);
      const values = part ? stage.at(part.box.array) : [];
      values.forEach((value, k) => {
        surface.context.fillStyle = part.color(value);
        const place = across ? [left + k * wide, top - thick - gap, wide, thick] : [left - thick - gap, top + k * tall, thick, tall];
        surface.context.clearRect(...place);
        surface.context.fillRect(...place);
      });
    };
    if (beside) strip(beside, false);
    if (above) strip(above, true);
  }

  function chooseUnit(event) {
    const ratio = width / drawing.clientWidth;
    const [px, py] = [event.offsetX * ratio, event.offsetY * ratio];
    for (const { at: [x, y, w, h], count, rows, isInColumns, units, columns, size, wide = size, tall = size, left, top } of placed) {
      if (!units || px < x || py < y || px > x + w || py > y + h) continue;
      const [row, column] = [Math.floor((py - top) / tall), Math.floor((px - left) / wide)];
      const unit = isInColumns ? column : rows ? row : row * columns + column;
      if (unit >= 0 && unit < (isInColumns ? columns : rows ?? count)) stage.select({ unit });
    }
  }

  /** The canvas lies over the boxes, so it gives their explanations. */
  function explain(event) {
    const ratio = width / drawing.clientWidth;
    const [px, py] = [event.offsetX * ratio, event.offsetY * ratio];
    const over = boxes.find(({ x, y, box: { size: [wide, tall] } }) => px > x && px < x + wide && py > y && py < y + tall);
    surface.node.title = over?.box.meaning ?? "";
    surface.node.style.cursor = over?.box.units ? "pointer" : "default";
  }

  let lastTime = 0;
  function flow() {
    const time = performance.now();
    const calm = time - lastTime > CALM;
    lastTime = time;
    for (const { path } of wires) path.getAnimations().forEach((animation) => animation.cancel());
    if (!calm || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const { order, path } of wires) {
      path.animate(
        [
          { strokeDashoffset: 14, opacity: 1 },
          { strokeDashoffset: -100, opacity: 1 },
        ],
        { duration: 300, delay: order * 120, easing: "ease-in-out" },
      );
    }
  }

  const observer = new ResizeObserver(measure);
  observer.observe(sheet);
  observer.observe(body);
  return {
    draw(now, before) {
      paint(now);
      worked?.draw(now.unit);
      if (panel.told) tellTitle(panel.told, stage, now.unit);
      if (before.step !== undefined && now.step !== before.step) flow();
    },
    destroy: () => observer.disconnect(),
  };
}

/** "W_hh h_t−1" with what follows an underscore set lower. */
function symbol(label, attributes) {
  const text = svg("text", attributes);
  for (const word of label.split(" ")) {
    const [letter, below] = word.split("_");
    text.append(svg("tspan", {}, text.childNodes.length ? ` ${letter}` : letter));
    if (below) text.append(svg("tspan", { class: "below", dy: 3 }, below), svg("tspan", { dy: -3 }, "\u200a"));
  }
  return text;
}
