// What a state is made of, step by step: every step's part in its own colour, stacked, the `first` in one of its own.
// Shares stack to one, effects to their sum, up to the panel's `top`; a signed panel stacks what is added above zero and what is subtracted below, so
// that it adds up to the unit's value. What is read only after the cursor is veiled.
import { colorsByAge } from "./color.js";
import { canvas, element, number, paint as paintNumber, percent, token } from "./dom.js";

const BASE = "rgba(128,128,128,.45)"; // what no word brought, as the panel's `base` says
const LEFT = 46;
const RIGHT = 14; // the margins of the charts, so that time axes line up
const TOP = 20;
const BOTTOM = 36;
const ROOM = 22; // pixels that a name needs in height
const OVER = 1.05; // a sum of shares that is larger tells how far words act together
const NUMBERED = [5, 10, 20, 50, 100]; // steps between two numbers where the words have no room

export function createShares(body, panel, stage) {
  const { header } = stage;
  const sources = stage.steps;
  const colors = colorsByAge(panel.ages, sources, panel.first);
  const sheet = element("div", "shares-sheet");
  sheet.style.setProperty("--height", `${panel.height}px`);
  const told = element("p", "shares-told");
  const cursor = element("div", "stage-cursor column");
  const veil = element("div", "shares-veil");
  sheet.append(veil, cursor);
  body.append(sheet, told);
  let surface = null;
  let [width, height] = [0, 0];

  /** Base and words' parts at step t; of the chosen unit where the picture is of one. */
  const parts = (t, unit = stage.now.unit) => {
    const all = stage.at(panel.array, t);
    if (!panel.units) return all;
    return Float32Array.from({ length: sources + 1 }, (_, k) => all[k * panel.units + unit]);
  };
  /** The same as they are drawn: shares whose sums miss 100% by no more than their error end at 100%. */
  const drawn = (t) => {
    const all = parts(t);
    if (panel.signed || (panel.top ?? 1) > OVER) return all;
    const sum = all.reduce((total, part) => total + (part || 0), 0);
    return sum > 2 - OVER ? all.map((part) => part / sum) : all;
  };
  const column = () => (width - LEFT - RIGHT) / stage.steps;

  function measure() {
    [width, height] = [sheet.clientWidth, sheet.clientHeight];
    surface?.node.remove();
    surface = width ? canvas(width, height) : null;
    if (surface) sheet.prepend(surface.node);
    paint();
  }

  function paint() {
    if (!surface) return;
    const { context } = surface;
    context.clearRect(0, 0, width, height);
    context.save();
    const wide = column();
    const tall = height - BOTTOM - TOP;
    const top = panel.top ?? 1;
    const [low, high] = panel.signed ? limits() : [0, top > OVER ? top : 1];
    const y = (value) => TOP + tall * (1 - (value - low) / (high - low));
    const { fontFamily: face, color: ink } = getComputedStyle(told); // asked for once: it costs more than to draw
    context.font = `12px ${face}`;
    context.fillStyle = context.strokeStyle = ink;
    context.fillText(panel.strings.value, 0, 11);
    context.textAlign = "right";
    for (const mark of panel.signed ? [low, 0, high] : high < 1.5 ? [0, 0.5, 1] : [0, 1, high]) {
      const text = panel.signed ? String(Number(mark.toPrecision(2))).replace("-", "−") : percent(mark);
      context.fillText(text, LEFT - 6, y(mark) + 4);
    }
    context.textAlign = "center";
    context.fillText(panel.strings.time, LEFT + (stage.steps * wide) / 2, height - 3);
    const foot = height - BOTTOM + 20; // where what stands below the columns ends
    const every = wide < 14 && (NUMBERED.find((steps) => steps * wide >= 22) ?? NUMBERED.at(-1));
    for (let t = 0; t < stage.steps; t++) {
      const [left, right] = [t, t + 1].map((edge) => Math.round(LEFT + edge * wide)); // else pale lines stand between them
      let [up, down] = [0, 0];
      drawn(t).forEach((part, k) => {
        if (!part || !Number.isFinite(part)) return;
        const from = part > 0 ? up : down;
        const [a, b] = [y(from), y(from + part)].map(Math.round); // as of the columns
        context.fillStyle = k ? colors[k - 1] : BASE;
        context.fillRect(left, Math.min(a, b), right - left - (wide > 8 ? 1 : 0), Math.abs(a - b));
        if (part > 0) up += part;
        else down += part;
      });
      context.fillStyle = every ? ink : colors[t];
      if (every) {
        if (isNumbered(t, every)) context.fillText(stage.number(t), left + wide / 2, foot - 5);
        continue;
      }
      context.fillRect(left + 1, foot - 4, Math.max(1, wide - 3), 3);
      context.fillStyle = ink;
      context.fillText([...(header.tokens[t] || String(stage.number(t)))].slice(0, Math.max(1, Math.floor(wide / 8))).join(""), left + wide / 2, foot - 8);
    }
    if (panel.signed) drawValue(context, wide, y);
    else nameAreas(context, wide, y, face);
    if (high > OVER && !panel.signed) drawWhole(context, y(1));
    context.restore();
    place(stage.now.step);
  }

  /** The first step, the last, and round numbers between them that leave these their room. */
  function isNumbered(t, every) {
    const left = stage.steps - 1 - t;
    return t === 0 || left === 0 || ((t + 1) % every === 0 && left > every / 2);
  }

  /** Where all words together would end if none of them acted together. */
  function drawWhole(context, at) {
    context.beginPath();
    context.setLineDash([4, 4]);
    context.moveTo(LEFT, at);
    context.lineTo(width - RIGHT, at);
    context.stroke();
  }

  /** The name of the first, and of all that follow, where they are thick enough to be written in. */
  function nameAreas(context, wide, y, face) {
    context.font = `600 13px ${face}`;
    const middle = LEFT + (stage.steps * wide) / 2;
    for (const [name, isFirst] of [[panel.strings.first, true], [panel.strings.later, false]]) {
      const half = context.measureText(name).width / 2 + 6;
      if (2 * half > stage.steps * wide) continue;
      let [low, high] = [-Infinity, Infinity]; // what the columns behind the name have in common
      for (let t = Math.floor((middle - half - LEFT) / wide); t <= (middle + half - LEFT) / wide && t < stage.steps; t++) {
        const [from, to] = areaOf(drawn(t), isFirst);
        [low, high] = [Math.max(low, from), Math.min(high, to)];
      }
      if (!(y(low) - y(high) > ROOM)) continue;
      const at = (y(low) + y(high)) / 2;
      context.beginPath();
      context.fillStyle = getComputedStyle(stage.host).getPropertyValue("--st-background-color");
      context.roundRect(middle - half, at - ROOM / 2, 2 * half, ROOM, 5);
      context.fill();
      context.fillStyle = getComputedStyle(stage.host).color;
      context.fillText(name, middle, at + 5);
    }
  }

  /** Between which heights the part of the first lies in a column, or those of all the others. */
  function areaOf(all, isFirst) {
    const sum = (values) => values.reduce((total, part) => total + (Number.isFinite(part) ? part : 0), 0);
    const [from, own] = [sum(all.slice(0, panel.first + 1)), sum([all[panel.first + 1]])];
    if (isFirst) return [from, from + own];
    return panel.backward ? [all[0], from] : [from + own, sum(all)];
  }

  function limits() {
    let [low, high] = [-0.1, 0.1];
    for (let t = 0; t < stage.steps; t++) {
      let [up, down] = [0, 0];
      for (const part of parts(t)) part > 0 ? (up += part) : (down += part);
      [low, high] = [Math.min(low, down), Math.max(high, up)];
    }
    return [low, high];
  }

  function drawValue(context, wide, y) {
    context.beginPath();
    context.strokeStyle = getComputedStyle(stage.host).color;
    context.lineWidth = 2;
    stage.over(panel.value).forEach((value, t) => context.lineTo(LEFT + (t + 0.5) * wide, y(value)));
    context.stroke();
  }

  function place(step) {
    cursor.style.height = veil.style.height = `${height - BOTTOM - TOP}px`;
    cursor.style.top = veil.style.top = `${TOP}px`;
    const [from, to] = panel.backward ? [0, step] : [step + 1, stage.steps];
    veil.style.left = `${LEFT + from * column()}px`;
    veil.style.width = `${(to - from) * column()}px`;
    cursor.style.width = `${column()}px`;
    cursor.style.transform = `translateX(${LEFT + step * column()}px)`;
  }

  /** The largest parts of this step, in words; before them, however small, that of the first. */
  function tell({ step, unit }) {
    const shown = parts(step, unit);
    const order = [...shown.keys()].sort((a, b) => Math.abs(shown[b]) - Math.abs(shown[a]));
    const large = order.filter((k) => Math.abs(shown[k]) > 0.005 && k - 1 !== panel.first).slice(0, panel.signed ? 3 : 1);
    told.replaceChildren(
      element("span", "", stage.strings.at_cursor),
      ...[panel.first + 1, ...large].map((k) => {
        const item = element("span", "shares-part");
        const dot = element("i");
        dot.style.background = k ? colors[k - 1] : BASE;
        const text = panel.signed ? number(shown[k], 2).trim() : percent(shown[k]);
        const value = element("span");
        const place = { ...panel.place, unit: panel.units ? unit : undefined, source: k - 1 };
        paintNumber(value, text, shown[k], place);
        item.append(dot, ...nameOf(k - 1), " ", value);
        return item;
      }),
    );
  }

  /** What a part is called: that of the first, of another step, or of none. */
  function nameOf(word) {
    if (word < 0) return [panel.base];
    if (word === panel.first) return [panel.strings.first];
    const [before, after] = panel.strings.step.replace("{step}", stage.number(word)).split("{word}");
    return after === undefined ? [before] : [before, token(header.tokens[word], header.known[word]), after];
  }

  const pick = (event) => {
    const x = event.clientX - sheet.getBoundingClientRect().left - LEFT;
    if (x >= 0) stage.select({ step: Math.floor(x / column()) });
  };
  sheet.onclick = pick;
  sheet.onpointermove = (event) => event.pointerType === "mouse" && event.buttons && pick(event);

  const observer = new ResizeObserver(measure);
  observer.observe(sheet);
  return {
    draw(now, before) {
      if (now.unit !== before.unit || now.snapshot !== before.snapshot) paint();
      place(now.step);
      tell(now);
    },
    renew: () => true, // the panel is asked when it is painted
    destroy: () => observer.disconnect(),
  };
}
