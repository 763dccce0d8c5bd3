// What a state is made of, step by step: every step's part in its own colour, stacked, and paler than the `first` where
// the panel is about one. Shares stack to one, effects to their sum, up to the panel's `top`; a signed panel stacks what is added above zero and what is subtracted below, so
// that it adds up to the unit's value.
import { PALE, wordColor } from "./color.js";
import { canvas, element, number, paint as paintNumber, percent, token } from "./dom.js";

const BASE = "rgba(128,128,128,.45)"; // what no word brought, as the panel's `base` says
const LEFT = 46;
const BOTTOM = 20;
const NUMBERED = [5, 10, 20, 50, 100]; // steps between two numbers where the words have no room

export function createShares(body, panel, stage) {
  const { header } = stage;
  const sources = stage.steps;
  const colors = Array.from({ length: sources }, (_, k) => wordColor(panel.wheel, k, sources));
  const sheet = element("div", "shares-sheet");
  sheet.style.height = `${panel.height}px`;
  const told = element("p", "shares-told");
  const cursor = element("div", "stage-cursor column");
  sheet.append(cursor);
  body.append(sheet, told);
  let surface = null;
  let width = 0;

  const strength = (word) => (panel.first === undefined || word < 0 || word === panel.first ? 1 : PALE);

  /** Base and words' parts at step t; of the chosen unit where the picture is of one. */
  const parts = (t, unit = stage.now.unit) => {
    const all = stage.at(panel.array, t);
    if (!panel.units) return all;
    return Float32Array.from({ length: sources + 1 }, (_, k) => all[k * panel.units + unit]);
  };
  const column = () => (width - LEFT - 14) / stage.steps; // the margins of the charts, so that time axes line up

  function paint() {
    width = sheet.clientWidth;
    if (!width) return;
    surface?.node.remove();
    surface = canvas(width, panel.height);
    sheet.prepend(surface.node);
    const { context } = surface;
    const wide = column();
    const tall = panel.height - BOTTOM - 6;
    const [low, high] = panel.signed ? limits() : [0, panel.top ?? 1];
    const y = (value) => 6 + tall * (1 - (value - low) / (high - low));
    context.font = "12px sans-serif";
    context.fillStyle = context.strokeStyle = getComputedStyle(told).color;
    context.textAlign = "right";
    for (const mark of panel.signed ? [low, 0, high] : high < 1.5 ? [0, 0.5, 1] : [0, 1, high]) {
      const text = panel.signed ? String(Number(mark.toPrecision(2))).replace("-", "−") : percent(mark);
      context.fillText(text, LEFT - 6, y(mark) + 4);
    }
    context.textAlign = "center";
    const every = wide < 14 && (NUMBERED.find((steps) => steps * wide >= 22) ?? NUMBERED.at(-1));
    for (let t = 0; t < stage.steps; t++) {
      const left = LEFT + t * wide;
      let [up, down] = [0, 0];
      parts(t).forEach((part, k) => {
        if (!part || !Number.isFinite(part)) return;
        const from = part > 0 ? up : down;
        const [a, b] = [y(from), y(from + part)];
        context.fillStyle = k ? colors[k - 1] : BASE;
        context.globalAlpha = strength(k - 1);
        context.fillRect(left, Math.min(a, b), wide - (wide > 5 ? 1 : 0), Math.abs(a - b));
        if (part > 0) up += part;
        else down += part;
      });
      context.globalAlpha = 1;
      context.fillStyle = every ? getComputedStyle(told).color : colors[t];
      if (every) {
        if (t === 0 || (t + 1) % every === 0) context.fillText(stage.number(t), left + wide / 2, panel.height - 4);
        continue;
      }
      context.fillRect(left + 1, panel.height - 4, Math.max(1, wide - 3), 3);
      context.fillStyle = getComputedStyle(told).color;
      context.fillText([...header.tokens[t]].slice(0, Math.max(1, Math.floor(wide / 8))).join(""), left + wide / 2, panel.height - 8);
    }
    if (panel.signed) drawValue(context, wide, y);
    if (high > 1.05 && !panel.signed) drawWhole(context, y(1));
    place(stage.now.step);
  }

  /** Where all words together would end if none of them acted together. */
  function drawWhole(context, at) {
    context.beginPath();
    context.setLineDash([4, 4]);
    context.moveTo(LEFT, at);
    context.lineTo(width - 14, at);
    context.stroke();
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
    cursor.style.height = `${panel.height - BOTTOM - 6}px`;
    cursor.style.top = "6px";
    cursor.style.width = `${column()}px`;
    cursor.style.transform = `translateX(${LEFT + step * column()}px)`;
  }

  /** The largest parts of this step, in words; before them, however small, the one that the panel is about. */
  function tell({ step, unit }) {
    const shown = parts(step, unit);
    const order = [...shown.keys()].sort((a, b) => Math.abs(shown[b]) - Math.abs(shown[a]));
    const large = order.filter((k) => Math.abs(shown[k]) > 0.005 && k - 1 !== panel.first).slice(0, panel.first === undefined ? 4 : 2);
    told.replaceChildren(
      ...(panel.first === undefined ? large : [panel.first + 1, ...large])
        .map((k) => {
          const item = element("span", "shares-part");
          const dot = element("i");
          dot.style.background = k ? colors[k - 1] : BASE;
          dot.style.opacity = strength(k - 1);
          const name = k ? token(header.tokens[k - 1], header.known[k - 1]) : element("span", "", panel.base);
          const position = k ? element("small", "", `${stage.number(k - 1)}`) : "";
          const text = panel.signed ? number(shown[k], 2).trim() : percent(shown[k]);
          const value = element("span");
          const place = { ...panel.place, unit: panel.units ? unit : undefined, source: k - 1 };
          paintNumber(value, text, shown[k], place);
          item.append(dot, name, position, " ", value);
          return item;
        }),
    );
  }

  const pick = (event) => {
    const x = event.clientX - sheet.getBoundingClientRect().left - LEFT;
    if (x >= 0) stage.select({ step: Math.floor(x / column()) });
  };
  sheet.onclick = pick;
  sheet.onpointermove = (event) => event.pointerType === "mouse" && event.buttons && pick(event);

  const observer = new ResizeObserver(paint);
  observer.observe(sheet);
  return {
    draw(now, before) {
      if (now.unit !== before.unit || now.snapshot !== before.snapshot) paint();
      place(now.step);
      tell(now);
    },
    destroy: () => observer.disconnect(),
  };
}
