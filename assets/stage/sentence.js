// The sentence itself as the picture: each token on the colour of one unit's value.
import { element, number, paint } from "./dom.js";
import { colorOf, inkOn } from "./color.js";
import { legend } from "./legend.js";
import { unitChooser } from "./unit.js";
import { createWords } from "./words.js";

export function createSentence(body, panel, stage) {
  const { header } = stage;
  const chooser = unitChooser(stage);
  const tabs = element("div", "sentence-signals");
  const text = element("div", "sentence-text");
  const range = element("span");
  const side = element("div", "sentence-side");
  const mean = element("button", "sentence-mean", panel.mean.name);
  Object.assign(mean, { type: "button", title: panel.mean.meaning });
  mean.onclick = () => {
    isMean = !isMean;
    draw(stage.now, {});
  };
  side.append(range, chooser.node);
  body.append(text, side, tabs);
  let shown = panel.signals[0];
  let isMean = false; // the mean of all units in place of the chosen one
  const buttons = panel.signals.map((signal) => {
    const node = element("button");
    node.append(element("i", "", signal.letter), ` ${signal.name}`);
    Object.assign(node, { type: "button", title: signal.meaning });
    node.dataset.array = signal.array;
    node.style.setProperty("--signal", signal.color);
    node.onclick = () => {
      shown = signal;
      draw(stage.now, {});
    };
    tabs.append(node);
    return { node, signal };
  });
  tabs.append(mean);
  const written = createWords(stage);
  const words = header.tokens.map((_, t) => {
    const box = element("span", "sentence-word");
    const value = element("small");
    box.append(written.word(t), value);
    box.onclick = () => stage.select({ step: t });
    text.append(box);
    return { box, value };
  });

  function draw({ step, unit, snapshot }, before) {
    chooser.draw(unit);
    if (unit !== before.unit || snapshot !== before.snapshot) {
      const color = colorOf(header.scales, shown.scale, shown.range);
      const values = isMean ? header.tokens.map((_, t) => average(stage.at(shown.array, t))) : stage.over(shown.array);
      const place = isMean ? { signal: `${shown.array}:mean` } : { signal: shown.array, unit };
      mean.setAttribute("aria-pressed", isMean);
      const page = stage.page;
      range.replaceChildren(legend({ scale: shown.scale, low: shown.range[0], high: shown.range[1] }, header.scales));
      words.forEach(({ box, value }, t) => {
        const shade = color(values[t]);
        box.style.setProperty("--shade", shade);
        box.style.color = inkOn(shade, page);
        delete value.dataset.unit;
        paint(value, number(values[t]), values[t], { ...place, step: t });
      });
      for (const { node, signal } of buttons) node.setAttribute("aria-pressed", signal === shown);
    }
    words.forEach(({ box }, t) => box.classList.toggle("now", t === step));
    written.draw(step);
  }
  return { draw };
}

const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
