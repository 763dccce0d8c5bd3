// A Plotly figure made in Python, with the cursor laid over it. Per step nothing is laid out anew: the cursor is an
// element that a CSS transform moves, and marks that follow the step are animated without a redraw.
import { bindingsOf, changed, numbersOf, withNumbers } from "./bindings.js";
import { frameOf, imageOf, numbersOf as drawnNumbers } from "./chart_files.js";
import { createCurveLabels, withEnds } from "./curve_labels.js";
import { element } from "./dom.js";
import { heightThatFits, withLevelWords, withWholeScene } from "./fitting.js";
import { createTrail } from "./trail.js";
import { afterEachFrame, drawsInSpace, onScreen } from "./space.js";
import { nameOf } from "./sweep.js";
import { createValues } from "./values.js";

const CONFIG = { displayModeBar: false };

let plotly = null;
/** Plotly's own script, from the installed wheel, once per document. */
function loadPlotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly); // a page that was saved brings it along
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../plotly.min.js", import.meta.url);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.min.js did not load"));
    document.head.append(script);
  });
  return plotly;
}

const BURST = 30; // ms for which charts are drawn without a frame between them
// The first chart is seen before the others are made, and as many of these as are quickly drawn appear together.
let drawn = Promise.resolve();
let lastFrame = 0;
function inTurn(draw) {
  const mine = Promise.all([loadPlotly(), drawn]).then(([Plotly]) => draw(Plotly));
  drawn = mine.then(() => performance.now() - lastFrame > BURST && nextFrame(), () => {});
  return mine;
}

async function nextFrame() {
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  lastFrame = performance.now();
}

/** The place of what is nearest to a value. */
function nearestOf(values, value) {
  const away = values.map((one) => Math.abs(one - value));
  return away.indexOf(Math.min(...away));
}

export function createChart(body, panel, stage) {
  const { time, unitRows = false, space = null, along = [] } = panel;
  const scrubs = along.length > 0; // its x axis is that of the snapshots
  if (space && !drawsInSpace()) return withoutSpace(body, stage);
  const plot = element("div", "stage-plot");
  const cursor = element("div", `stage-cursor ${panel.cursor ?? "line"}`);
  const row = element("div", "stage-chosen-row");
  const trail = space && createTrail(space, panel.trail, stage);
  const bindings = bindingsOf(panel.figure);
  const values = createValues(panel, bindings, stage);
  const goesByStep = !space && stage.steps > 1 && (time || bindings.some(({ by }) => by === "step"));
  body.append(plot, values.node);
  reserve();
  // A picture in space would keep the wheel to itself, and the page from scrolling.
  if (space) plot.addEventListener("wheel", (event) => event.stopPropagation(), { capture: true, passive: true });
  let labels = null;
  let ready = false;
  let gone = false;

  /** How high it is drawn, which is kept free from the beginning. What stands above it may be higher by then. */
  function reserve() {
    const below = panel.figure.layout.meta?.ends ? 0 : values.node.offsetHeight; // where lines are named, values stand at them
    const height = heightThatFits(body, panel.figure.layout, below);
    body.style.minHeight = `${height + below}px`;
    return height;
  }

  const axes = () => [plot._fullLayout.xaxis, plot._fullLayout.yaxis];

  /** In space the cursor is a ring around a point of the data, whichever way the picture is turned. */
  function placeInSpace() {
    const scene = plot._fullLayout.scene._scene;
    const [x, y] = onScreen(scene, space.map((name) => stage.at(name)[0]));
    cursor.style.transform = `translate(${scene.container.offsetLeft + x}px, ${scene.container.offsetTop + y}px)`;
    trail.place(scene, stage.now.step);
  }

  function place({ step, unit, snapshot } = stage.now) {
    if (space) return placeInSpace();
    const [x, y] = axes();
    if (time === "y") {
      const tall = Math.max(3, Math.abs(y.l2p(1) - y.l2p(0)));
      cursor.dataset.name = stage.number(step); // on the axis, which names what is counted
      cursor.style.left = `${x._offset}px`;
      cursor.style.width = `${x._length}px`;
      cursor.style.height = `${tall}px`;
      cursor.style.transform = `translateY(${y._offset + y.l2p(step + 1) - tall / 2}px)`;
    } else if (time || scrubs) {
      const wide = panel.cursor === "column" ? Math.abs(x.l2p(1) - x.l2p(0)) : 0;
      const { t, h } = plot._fullLayout._size; // all of the pictures that share this time axis
      cursor.style.height = `${h}px`;
      cursor.style.top = `${t}px`;
      cursor.style.width = wide ? `${wide}px` : "";
      cursor.style.transform = `translateX(${x._offset + x.l2p(scrubs ? along[snapshot] : step + 1) - wide / 2}px)`;
    }
    if (unitRows) {
      const tall = Math.abs(y.l2p(1) - y.l2p(0));
      row.style.left = `${x._offset}px`;
      row.style.width = `${x._length}px`;
      row.style.height = `${Math.max(2, tall)}px`;
      row.style.transform = `translateY(${y._offset + y.l2p(unit) - tall / 2}px)`;
    }
  }

  /** Marks follow the step without a redraw; what goes by the unit or the snapshot is drawn anew. */
  function follow(bound) {
    const steps = bound.filter(({ by }) => by === "step");
    const traces = [...new Set(steps.map(({ trace }) => trace))];
    const data = traces.map((k) => {
      const own = steps.filter(({ trace }) => trace === k);
      return Object.fromEntries(own.map((binding) => [binding.attribute, numbersOf(stage, binding)]));
    });
    const still = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } };
    // The next step interrupts this one, which is no error.
    if (traces.length) window.Plotly.animate(plot, { data, traces }, still).catch(() => {});
    const others = bound.filter(({ by }) => by !== "step");
    for (const attribute of new Set(others.map((binding) => binding.attribute))) {
      const same = others.filter((binding) => binding.attribute === attribute);
      const numbers = same.map((binding) => numbersOf(stage, binding));
      window.Plotly.restyle(plot, { [attribute]: numbers }, same.map(({ trace }) => trace));
    }
  }

  function pick(event) {
    const area = plot.getBoundingClientRect();
    const [x, y] = axes();
    const px = event.clientX - area.left - x._offset;
    const { t: above, h: tall } = plot._fullLayout._size;
    const py = event.clientY - area.top - above;
    if (px < 0 || py < 0 || px > x._length || py > tall) return false;
    const choice = {};
    if (time) choice.step = (time === "y" ? y.p2l(py) : x.p2l(px)) - 1; // axes number the steps from 1
    if (scrubs) choice.snapshot = nearestOf(along, x.p2l(px));
    if (unitRows) choice.unit = y.p2l(py);
    stage.select(choice);
    return true;
  }

  // Press anywhere on a time axis to go there; keep pressing to slide. A finger chooses when it lifts without having
  // moved, or slides once it moves sideways: a swipe up or down scrolls the page and changes nothing.
  let pressed = null;
  plot.addEventListener("pointerdown", (event) => {
    if (!ready || !(time || scrubs || unitRows) || event.button !== 0) return;
    const touch = event.pointerType === "touch";
    pressed = { x: event.clientX, y: event.clientY, sliding: !touch && pick(event) };
  });
  const move = (event) => {
    if (!pressed) return;
    const [dx, dy] = [Math.abs(event.clientX - pressed.x), Math.abs(event.clientY - pressed.y)];
    pressed.sliding ||= event.pointerType === "touch" && dx > 8 && dx > dy;
    pressed.moved ||= dx > 8 || dy > 8;
    if (pressed.sliding && event.buttons) pick(event);
  };
  const release = (event) => {
    if (pressed && !pressed.moved && event.pointerType === "touch") pick(event);
    pressed = null;
  };
  const cancel = () => (pressed = null);
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", release);
  window.addEventListener("pointercancel", cancel);

  // A chart takes the width of its place whenever that changes: with the window, but also when the menu opens beside it.
  let wide = 0;
  const observer = new ResizeObserver(() => {
    if (!ready || !plot.clientWidth || plot.clientWidth === wide) return;
    wide = plot.clientWidth;
    window.Plotly.Plots.resize(plot).catch((error) => gone || stage.fail(body, error));
  });

  function layoutFor(height, width) {
    const { figure } = panel;
    const words = time ? withLevelWords(figure.layout, stage.steps, width) : withWholeScene(figure.layout, width);
    return { ...withEnds(words, figure, width), height };
  }

  let shown = null;
  let series = "";
  let renewed = false;
  inTurn((Plotly) => {
    if (gone) return;
    shown = stage.now;
    series = seriesOf(panel.figure);
    return Plotly.newPlot(plot, withNumbers(panel.figure, bindings, stage), layoutFor(reserve(), plot.clientWidth), CONFIG);
  })
    .then(() => {
      if (gone) return window.Plotly.purge(plot);
      if (space) plot.append(trail.node);
      if (time || scrubs || space) plot.append(cursor);
      if (unitRows) plot.append(row);
      ready = true;
      wide = plot._fullLayout.width;
      observer.observe(plot);
      if (!space) labels = createCurveLabels(plot, panel, bindings, stage);
      values.node.classList.toggle("unseen", Boolean(labels?.sayAll));
      body.style.minHeight = "";
      plot.on("plotly_afterplot", () => stage.attempt(body, () => (place(), labels?.place())));
      if (space) afterEachFrame(plot._fullLayout.scene._scene, place);
      values.follow(plot);
      draw(stage.now, shown);
      labels?.place();
      body.dataset.painted = "true";
    })
    .catch((error) => gone || stage.fail(body, error));

  function draw(now, before) {
    if (!ready) return;
    const isDrawn = renewed && now.step === before.step; // cursor and labels too, after the plot
    if (!renewed) follow(changed(bindings, stage, now, before));
    renewed = false;
    if (!isDrawn) {
      place(now);
      labels?.draw(now);
    }
    values.draw(now);
  }

  /** Draw the figure that the panel now has in the place of the one before; false where it has other series. */
  function renew() {
    bindings.splice(0, bindings.length, ...bindingsOf(panel.figure));
    if (!ready && !series) return true; // it is drawn as soon as it is its turn
    if (!ready || space || series !== seriesOf(panel.figure)) return false;
    const layout = layoutFor(plot._fullLayout.height, wide);
    window.Plotly.react(plot, withNumbers(panel.figure, bindings, stage), layout, CONFIG).catch((error) => gone || stage.fail(body, error));
    renewed = true; // with all numbers that are looked at
    return true;
  }

  /** Lines of these names draw other numbers for now. */
  function preview(curves) {
    const { data } = panel.figure;
    const drawn = [...data.keys()].filter((k) => curves.has(nameOf(data[k].meta ?? {})));
    if (!ready || !drawn.length) return;
    body.classList.add("follows");
    window.Plotly.restyle(plot, { y: drawn.map((k) => curves.get(nameOf(data[k].meta))) }, drawn);
    values.draw(stage.now);
  }

  return {
    draw,
    preview,
    renew,
    image: (format) => imageOf(plot, panel, bindings, stage, format),
    frame: goesByStep && ((step) => frameOf(plot, panel, bindings, stage, step)),
    numbers: () => drawnNumbers(plot),
    destroy() {
      gone = true;
      observer.disconnect();
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", cancel);
      if (ready) window.Plotly.purge(plot);
    },
  };
}

/** Which series a figure has, without their numbers. */
function seriesOf({ data }) {
  return JSON.stringify(data.map(({ type, mode, name, line, showlegend, xaxis, yaxis, meta }) => [type, mode, name, line, showlegend, xaxis, yaxis, meta?.label, meta?.rows]));
}

/** A browser without WebGL: a sentence in the place of the picture, and no attempt to draw it. */
function withoutSpace(body, stage) {
  body.append(element("p", "stage-missing", stage.strings.flat));
  body.dataset.painted = "true";
  return { draw() {} };
}
