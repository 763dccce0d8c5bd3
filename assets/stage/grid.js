// The network as a grid: a column per step, a row per layer and direction, the words below, the answers above. Each
// cell of the grid is a small picture of a state; the chosen one is opened in a panel of its own (opened_state.js).
import { canvas, element, inked, mark as markNumber, paint as paintNumber, percent, token } from "./dom.js";
import { fadeEnds } from "./edges.js";
import { colorOf, drawUnits } from "./color.js";

const ROOMY = 40; // up to so many steps a state is drawn as squares and words are written out
const GAP = 6;
const FLOOR = 26; // pixels between two layers, and between the words and the first of them
const NAMES = { narrow: 76, wide: 104 }; // pixels that the names of the rows take, as in layers.css
const ANSWER = { signs: 37, words: 42 }; // the height of a row of answers
const NARROW = 16; // the least width of a column with room for a sign
const TALLEST = 54; // a state, as far as the rows share ROOM
const ROOM = 240;
const ROWS = 18; // the least height of a state, whose row a finger chooses
const APART = 8; // pixels between the answers of two networks
const PAIRS = 28; // of the line that says which two bits are compared

export function createGrid(body, panel, stage) {
  const { header } = stage;
  const color = colorOf(header.scales, panel.scale, panel.range);
  const roomy = stage.steps <= ROOMY;
  const wordy = panel.joined || panel.other; // the names of the rows
  const signs = roomy && panel.signs; // short enough to be read in a narrow column
  const each = Math.floor((body.clientWidth - NAMES[wordy ? "wide" : "narrow"]) / stage.steps);
  const wide = roomy ? Math.max(signs ? NARROW : 38, Math.min(96, each)) : 13;
  const rows = panel.rows.toReversed(); // as drawn: the top layer first
  const edge = wide > 22 ? 3 : 1;
  const spare = roomy ? Math.floor(ROOM / rows.length) - GAP : 0;
  const square = Math.max(ROWS, Math.min(44, wide - 2 * edge)); // as a state of 16 units is
  const tall = signs ? square : Math.max(roomy && wide >= 38 ? 44 : 32, Math.min(TALLEST, spare));
  const tops = [];
  let height = 0;
  rows.forEach((row, r) => {
    tops.push(height);
    height += tall + GAP + (row.layer === rows[r + 1]?.layer ? 0 : FLOOR);
  });
  const width = wide * stage.steps;

  const names = element("div", wordy ? "grid-names wide" : "grid-names");
  const scroller = element("div", "grid-scroll");
  const frame = element("div", "grid-frame");
  frame.append(names, scroller);
  body.append(frame);

  const answered = panel.answers;
  const high = signs ? ANSWER.signs : ANSWER.words;
  const above = answered ? high + FLOOR : 0;
  const beyond = panel.other ? high + APART : 0; // the answers of another network, of which nothing else is drawn
  if (panel.other) names.append(apart(named(panel.other)));
  if (answered) names.append(spaced(named(answered)));
  const buttons = rows.map((row, r) => {
    const name = element("button", "grid-name", row.name);
    name.type = "button";
    name.onclick = () => choose(r);
    name.style.height = `${tall + GAP}px`;
    name.style.marginBottom = `${(tops[r + 1] ?? height) - tops[r] - tall - GAP}px`;
    inked(name, row.color);
    if (panel.joined && row.layer && row.layer !== rows[r + 1]?.layer) name.append(element("small", "grid-joined", panel.joined));
    names.append(name);
    return name;
  });
  names.append(element("span", "grid-word", panel.strings.word));
  if (signs) names.append(element("span", "grid-pairs", panel.strings.pair));

  const sheet = element("div", "grid-sheet");
  sheet.style.width = `${width}px`;
  const answers = answered && spaced(element("div", "grid-line"));
  const others = panel.other && apart(element("div", "grid-line"));
  const words = element("div", "grid-line");
  for (let t = 0; t < stage.steps; t++) words.append(word(t));
  const picture = element("div", "grid-picture");
  const { node, context } = canvas(width, height);
  node.classList.toggle("paled", Boolean(roomy)); // all but the column at the cursor
  const now = element("i", "grid-now");
  const mark = element("i", "grid-mark");
  Object.assign(now.style, { width: `${wide}px`, top: `${beyond}px`, bottom: signs ? `${PAIRS}px` : "" });
  Object.assign(mark.style, { width: `${wide - 2}px`, height: `${tall + 4}px` });
  picture.append(node, mark, ...boxes());
  const pair = element("i", "grid-pair"); // from one neighbour of the chosen bit to the other
  const pairs = element("div", "grid-pairs");
  const told = element("b");
  pair.style.width = `${2 * wide}px`;
  pair.append(told);
  pairs.append(pair);
  sheet.append(now, ...(others ? [others] : []), ...(answered ? [answers] : []), picture, words, ...(signs ? [pairs] : []));
  scroller.append(sheet);
  for (const top of [...(answered ? [-FLOOR] : []), ...tops.filter((_, r) => rows[r].layer !== rows[r + 1]?.layer).map((top) => top + tall + GAP)]) {
    const up = element("b", "", "↑"); // the way of the chosen step: what is below is read by what is above
    up.style.top = `${above + top + (FLOOR - 14) / 2}px`; // its line is 14 pixels high
    now.append(up);
  }

  /** Around both directions of a layer: together they are one bidirectional network. */
  function boxes() {
    return rows.flatMap((row, r) => {
      if (!panel.joined || row.layer !== rows[r + 1]?.layer) return [];
      const box = element("i", "grid-layer");
      Object.assign(box.style, { top: `${tops[r] - 2}px`, height: `${2 * (tall + GAP) + 4}px`, width: `${width}px` });
      return [box];
    });
  }

  /** All states and answers of a snapshot. */
  function fill() {
    const steps = [...Array(stage.steps).keys()];
    answers?.replaceChildren(...steps.map((t) => answer(t, answered)));
    others?.replaceChildren(...steps.map((t) => answer(t, panel.other)));
    context.clearRect(0, 0, width, height);
    rows.forEach((row, r) => steps.forEach((t) => paint(stage.at(row.array, t), t * wide, tops[r] + GAP / 2)));
  }

  function sized(node) {
    node.style.height = `${high}px`;
    return node;
  }

  /** A network whose answers stand in a row, and how often it is right. */
  function named({ name, right }) {
    const node = sized(element("span", "grid-answer", name));
    if (right) node.append(element("small", "", right));
    return node;
  }

  /** Above the layers. */
  function spaced(node) {
    node.style.marginBottom = `${FLOOR}px`;
    return node;
  }

  /** Between two networks. */
  function apart(node) {
    node.style.marginBottom = `${APART}px`;
    return node;
  }

  /** What a network answers at a step, with a mark where the right answer is known. */
  function answer(t, of) {
    const place = sized(element("span", "grid-answer"));
    place.style.width = `${wide}px`;
    const shares = stage.at(of.array, t);
    const top = shares.indexOf(Math.max(...shares));
    const right = panel.solution?.[t];
    place.style.setProperty("--label", panel.colors[top]);
    place.title = `${panel.labels[top]} ${percent(shares[top])}`;
    if (right !== undefined) place.classList.add(right < 0 ? "unasked" : right === top ? "is-right" : "is-wrong");
    const number = { signal: "p", network: of.network, output: top, step: t };
    if (signs) {
      const sign = element("b", "", right < 0 ? "" : signs[top]);
      sign.title = percent(shares[top]);
      markNumber(sign, shares[top], number);
      place.classList.add("sign");
      place.append(sign);
      return place;
    }
    if (roomy) {
      const share = element("small");
      paintNumber(share, percent(shares[top]), shares[top], number);
      place.append(element("b", "", top === panel.quiet ? "–" : panel.labels[top]), share);
    }
    const bar = element("i");
    if (!roomy) {
      bar.title = percent(shares[top]);
      markNumber(bar, shares[top], number);
    }
    place.append(bar);
    return place;
  }

  /** Vectors have no words: their steps are counted. */
  function wordAt(t) {
    return header.tokens[t] || String(stage.number(t));
  }

  function word(t) {
    const place = element("span", roomy ? "grid-word" : "grid-word narrow");
    place.style.width = `${wide}px`;
    place.append(token(wordAt(t), header.known[t]));
    return place;
  }

  function paint(values, x, y) {
    if (roomy) return drawUnits(context, x + edge, y, wide - 2 * edge, tall, values, color);
    const thick = tall / values.length; // many steps: a state is a column of thin bands
    values.forEach((value, k) => {
      context.fillStyle = color(value);
      context.fillRect(x + 1, y + k * thick, wide - 2, Math.max(thick, 0.5));
    });
  }

  scroller.onclick = (event) => {
    const place = picture.getBoundingClientRect();
    const r = tops.findLastIndex((top) => event.clientY - place.top >= top);
    if (r >= 0 && event.clientY < place.bottom) choose(r);
    stage.select({ step: Math.floor((event.clientX - place.left) / wide) });
  };

  let chosen = 0;
  buttons[0].setAttribute("aria-pressed", true);

  function choose(r) {
    chosen = r;
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", k === r));
    stage.places.find((place) => place.panel.kind === "opened_state").view?.open(rows[r]);
    draw(stage.now, stage.now);
  }

  let room = 0;
  const fade = fadeEnds(scroller);
  const observer = new ResizeObserver(() => {
    room = scroller.clientWidth;
    reveal(stage.now.step);
    fade();
  });
  observer.observe(scroller);
  /** Keep the current column in sight, without moving the page around it. */
  function reveal(step) {
    if (width > room) scroller.scrollLeft = (step + 0.5) * wide - room / 2;
  }

  function draw({ step, snapshot }, before) {
    if (snapshot !== before.snapshot) fill();
    now.style.transform = `translateX(${step * wide}px)`;
    node.style.setProperty("--from", `${step * wide}px`);
    node.style.setProperty("--to", `${(step + 1) * wide}px`);
    mark.style.transform = `translate(${step * wide + 1}px, ${tops[chosen] + 1}px)`;
    mark.style.borderColor = rows[chosen].color;
    const right = panel.solution?.[step] ?? -1;
    pair.hidden = right < 0;
    pair.style.transform = `translateX(${(step - 0.5) * wide}px)`;
    if (signs && right >= 0) told.textContent = `${wordAt(step - 1)} ${signs[right]} ${wordAt(step + 1)}`;
    for (const [t, place] of [...words.children].entries()) place.classList.toggle("asked", signs && right >= 0 && Math.abs(t - step) === 1);
    reveal(step);
  }
  return { draw, destroy: () => observer.disconnect() };
}
