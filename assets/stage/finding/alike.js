// Places that look like marked words: the same strips, each with its marked range, and what the labels say there against
// what they say everywhere.
import { element, mark, percent } from "../dom.js";
import { createStrip, links, reveal } from "./strip.js";

export function createAlike(body, panel, stage) {
  const { strings } = panel;
  body.style.setProperty("--accent", panel.accent);
  const sheet = element("div", "finding-sheet");
  const list = element("div", "finding-list");
  sheet.append(list);
  body.append(sheet);

  function show() {
    const numbers = stage.whole(panel.values);
    const rows = panel.strips.map((strip, k) => {
      const sentence = panel.sentences[strip.sentence];
      const values = numbers.subarray(strip.values, strip.values + strip.stop - strip.first);
      const place = strip.sentence < 0 ? [panel.own_mark, "own"] : [panel.of_sentences, strip.sentence];
      const find = (from, to) => stage.ask("knob", { name: "marked", value: [...place, from, to].join(".") });
      const node = createStrip(stage, panel, { strip, sentence, values, find, number: k ? String(k) : "▸", signal: "alike", unit: panel.unit });
      const likeness = element("small", "finding-alike", k ? strings.alike.replace("{share}", percent(strip.value)) : strings.marked);
      if (k) mark(likeness, strip.value, { signal: "likeness", output: k });
      node.append(element("span", "finding-label", strip.label), likeness, links(stage, panel, sentence, panel.unit, strip.at[0]));
      node.classList.toggle("own", !k);
      return node;
    });
    list.replaceChildren(...rows);
    for (const strip of list.querySelectorAll(".finding-words")) reveal(strip);
  }
  if (panel.shares.length) sheet.append(drawShares());

  function drawShares() {
    const side = element("div", "finding-side");
    side.append(element("h4", "finding-title", strings.shares));
    const table = element("div", "finding-bars");
    panel.shares.forEach(({ name, share, base }, k) => {
      const row = element("div", "finding-bar share");
      const track = element("span", "track");
      const bar = element("i");
      bar.style.setProperty("--from", "0%");
      bar.style.setProperty("--to", `${100 * share}%`);
      const usual = element("b", "usual");
      usual.style.setProperty("--from", `${100 * base}%`);
      usual.title = strings.base.replace("{share}", percent(base));
      track.append(bar, usual);
      const value = element("span", "value", percent(share));
      mark(value, share, { signal: "share", output: k });
      const everywhere = element("small", "count", strings.base.replace("{share}", percent(base)));
      mark(everywhere, base, { signal: "base", output: k });
      row.append(element("span", "name", name), track, value, everywhere);
      table.append(row);
    });
    side.append(table);
    return side;
  }

  return { draw: show };
}
