// The unrolled network: one column per time step, tokens below, the state in the middle, the guess above.
import { canvas, element, paint, percent } from "./dom.js";
import { fadeEnds } from "./edges.js";
import { colorOf, drawUnits } from "./color.js";
import { explain } from "./terms.js";
import { createWords } from "./words.js";

// Where there is room a state is as wide as in the drawing of the cell, so that a unit has the same place in both.
const SIZES = { tight: { width: 34, height: 34 }, narrow: { width: 38, height: 38 }, wide: { width: 96, height: 24 } };
const ROOM = 132; // pixels of a column in which the wide ones stand
const LEAST = 56; // pixels of a column, and where so few are beside each other, a sentence stands in several lines
const NARROW = 500;
const LATER = 200; // ms after which what is out of sight is filled
const MOST_WRAPPED = 16; // words of it
const MOST_BARS = 12; // of more answers the likeliest ones, in their order
const BARS = 24; // pixels that a bar of 100% is high
const LINE = 20; // pixels: where every answer stands beside its share in one line, the strip is lower

export function createStrip(body, panel, stage) {
  const { header, strings } = stage;
  let color = colorOf(header.scales, panel.scale, panel.range);
  const scroller = element("div", "strip-scroll");
  const line = element("div", "strip-line");
  scroller.append(line);
  body.append(names(strings, panel), scroller);
  const atOnce = Math.floor(scroller.clientWidth / LEAST);
  const lines = Math.ceil((stage.steps + 1) / atOnce);
  const isTight = body.clientWidth < NARROW;
  body.classList.toggle("tight", isTight);
  body.classList.toggle("wrapped", isTight && stage.steps <= MOST_WRAPPED);
  line.style.setProperty("--columns", Math.ceil((stage.steps + 1) / lines));
  const isWide = scroller.clientWidth / (stage.steps + 1) > ROOM;
  const cellSize = SIZES[isWide ? "wide" : isTight ? "tight" : "narrow"];
  body.classList.toggle("wide", isWide);
  body.classList.toggle("backward", Boolean(panel.backward));
  body.classList.toggle("decides", Boolean(panel.decided));

  // Every picture is drawn on one of two sheets and taken from there: to make a canvas takes longer than to draw on it.
  const sheets = [cellSize, { width: cellSize.width + 8, height: BARS }].map(({ width, height }) => canvas(width, height, { willReadFrequently: true }));
  const words = createWords(stage);
  const columns = Array.from({ length: stage.steps }, (_, t) => column(t));
  const start = startColumn();
  line.append(...columns.map(({ node }) => node));
  if (panel.backward) line.append(start.node);
  else line.prepend(start.node);

  function startColumn() {
    const node = element("div", "strip-column start");
    const cell = cellBox();
    node.append(element("div", "strip-guess"), cell, element("span", "stage-token", panel.start));
    node.title = strings.start;
    return { node, fill: () => cell.replaceChildren(state(stage.whole(panel.initial))) };
  }

  function cellBox() {
    const box = element("div", "strip-cell");
    box.style.setProperty("--cell", panel.color);
    return box;
  }

  function state(values) {
    const { node, context } = sheets[0];
    context.clearRect(0, 0, cellSize.width, cellSize.height);
    drawUnits(context, 1, 1, cellSize.width - 2, cellSize.height - 2, values, color);
    return picture(node);
  }

  function column(t) {
    const node = element("div", "strip-column");
    const guess = element("div", "strip-guess");
    const answer = element("span", "strip-answer");
    const cell = cellBox();
    node.append(guess, cell, words.word(t), element("i", "strip-hand", panel.hand));
    if (panel.before?.[t]) node.append(element("s", "strip-before", panel.before[t]));
    if (!header.known[t]) node.append(element("small", "strip-unknown", strings.unknown));
    let decided = [];
    /** Say where the answer that the network ends with leads for good. */
    function markDecided() {
      for (const part of decided) part.remove();
      const mark = panel.decided?.step === t ? element("small", "strip-decided", panel.decided.text) : null;
      decided = mark ? [mark, explain(mark, panel.decided)] : [];
      node.append(...decided);
    }
    markDecided();
    if (panel.differing?.steps[t]) {
      node.classList.add("differs");
      node.title = panel.differing.word;
    }
    node.onclick = () => stage.select({ step: t });

    function fill() {
      cell.replaceChildren(state(stage.at(panel.array, t)));
      if (!panel.probabilities) return;
      const shares = stage.at(panel.probabilities, t);
      const top = shares.indexOf(Math.max(...shares));
      const share = element("span");
      paint(share, percent(shares[top]), shares[top], { signal: panel.probabilities, output: top, step: t });
      answer.replaceChildren(element("b", "", panel.labels[top]), " ", share);
      guess.replaceChildren(answer, bars(shares, top));
      if (panel.first) guess.prepend(firstAnswer(t));
    }

    /** What the first run answered here. */
    function firstAnswer(t) {
      const shares = stage.at(panel.first, t);
      if (Number.isNaN(shares[0])) return ""; // a word that was put in
      const top = shares.indexOf(Math.max(...shares));
      const node = element("small", "strip-first", `${panel.labels[top]} `);
      const share = element("span");
      paint(share, percent(shares[top]), shares[top], { signal: panel.first, output: top, step: t });
      node.append(share);
      node.title = panel.was;
      return node;
    }
    return { node, answer, fill, markDecided };
  }

  function bars(shares, top) {
    const { node, context } = sheets[1];
    context.clearRect(0, 0, cellSize.width + 8, BARS);
    const few = shares.length <= MOST_BARS ? shares : [...shares].sort((a, b) => b - a).slice(0, MOST_BARS);
    const wide = (cellSize.width + 8) / few.length;
    few.forEach((share, k) => {
      const tall = Math.max(1, share * BARS);
      context.fillStyle = k === (few === shares ? top : 0) ? panel.color : "rgba(128,128,128,.45)";
      context.fillRect(k * wide + 1, BARS - tall, wide - 2, tall);
    });
    return picture(node);
  }

  // Places are measured when the strip is laid out, not at every step: reading them then would lay it out again.
  let places = [];
  let room = 0;
  const fade = fadeEnds(scroller);
  function measure() {
    room = scroller.clientWidth;
    body.classList.add("roomy");
    const lines = Math.max(...columns.map(({ answer }) => answer.offsetHeight));
    body.classList.toggle("roomy", lines <= LINE);
    places = columns.map(({ node }) => node.offsetLeft + node.offsetWidth / 2);
    reveal(stage.now.step);
    fade();
  }

  /** Keep the current column in sight, without moving the page around it. */
  function reveal(step) {
    if (places.at(-1) > room - 40) scroller.scrollLeft = places[step] - room / 2;
  }

  // What is beyond the ends of the line is filled when it comes into sight, or once nothing else is to be done.
  let unfilled = new Set();
  let later = null;
  function fillInSight() {
    fillThose([...unfilled].filter((t) => !places.length || Math.abs(places[t] - left - room / 2) < room / 2 + LEAST));
  }
  function fillThose(those) {
    for (const t of those) {
      unfilled.delete(t);
      columns[t].fill();
    }
  }
  function fillAll() {
    start.fill();
    unfilled = new Set(columns.keys());
    fillInSight();
    clearTimeout(later);
    later = setTimeout(() => fillThose([...unfilled]), LATER);
  }
  let left = 0; // kept, for to ask a page that has changed for it would lay it out
  scroller.addEventListener(
    "scroll",
    () => {
      left = scroller.scrollLeft;
      if (unfilled.size) fillInSight();
    },
    { passive: true },
  );

  const observer = new ResizeObserver(measure);
  observer.observe(scroller);
  return {
    draw({ step, snapshot }, before) {
      if (snapshot !== before.snapshot) fillAll();
      columns.forEach(({ node }, t) => {
        node.classList.toggle("now", t === step);
        node.classList.toggle("later", t > step);
      });
      words.draw(step);
      if (step !== before.step) reveal(step);
    },
    /** Another range, or another step from which on it is decided. */
    renew() {
      color = colorOf(header.scales, panel.scale, panel.range);
      body.classList.toggle("decides", Boolean(panel.decided));
      for (const { markDecided } of columns) markDecided();
      return true;
    },
    destroy() {
      clearTimeout(later);
      observer.disconnect();
    },
  };
}

/** A drawing that does not change any more as an image: hundreds of canvases would each be a layer to compose. */
function picture(node) {
  const image = element("img");
  image.src = node.toDataURL();
  image.alt = "";
  image.draggable = false;
  image.style.width = node.style.width;
  image.style.height = node.style.height;
  return image;
}

function names(strings, panel) {
  const node = element("div", "strip-names");
  node.append(element("span", "", panel.guess ?? ""), element("span", "", panel.state), element("span", "", strings.word));
  return node;
}
