// The likeliest answers at this step, of very many: one bar each, and of what was drawn which one came and why.
import { element, paint, percent, svg, write } from "./dom.js";

const AROUND = 3; // times the part that came are shown of the whole, where that is narrower
const NAMED = 0.045; // of the width: from which on a part is framed and named
const LEAST = 1e-4; // of the whole: what came with less is shown with more around it

export function createLikeliest(body, panel, stage) {
  const { labels, strings, ids } = panel;
  const said = element("p", "likeliest-said");
  const luck = panel.drawn && createLuck(panel, stage);
  body.style.setProperty("--cell", panel.color);
  body.append(said);
  if (panel.after && strings.heads) {
    const heads = element("div", "likeliest-heads");
    heads.append(...["", "", ...strings.heads].map((head) => element("span", "", head)));
    body.append(heads);
  }
  const rows = Array.from({ length: Math.min(panel.most, labels.length) + (ids ? 1 : 0) }, () => row());
  body.append(...rows.map(({ node }) => node), ...(luck ? [luck.node] : []));
  if (panel.inside) {
    const link = element("a", "inside likeliest-inside", strings.inside);
    body.append(link);
    rows.link = link;
  }

  function row() {
    const node = element("div", "likeliest-row");
    const [name, before, after, share, drawn] = ["span", "i", "b", "span", "span"].map((tag) => element(tag));
    const track = element("span", "track");
    name.className = "name";
    track.append(after, before);
    share.className = "share";
    drawn.className = "share drawn";
    node.append(name, track, share, ...(panel.after ? [drawn] : []));
    node.classList.toggle("both", Boolean(panel.after));
    return { node, name, before, after, share, drawn };
  }

  return {
    draw({ step }) {
      const shares = stage.at(panel.array);
      const after = panel.after && stage.at(panel.after);
      const came = ids?.[step + 1] ?? -1;
      const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a] || a - b);
      const shown = order.slice(0, panel.most);
      if (came >= 0 && !shown.includes(came)) shown.push(came);
      if (ids) {
        const before = panel.tokens.slice(Math.max(0, step + 1 - panel.last), step + 1).join("");
        const given = step + 1 < panel.begins;
        const sentence = came < 0 ? strings.open : given ? strings.given : strings.came;
        write(said, sentence.replace("{before}", before).replace("{character}", labels[came] ?? ""));
      }
      rows.forEach(({ node, name, before, after: bar, share, drawn }, place) => {
        const k = shown[place];
        node.hidden = k === undefined;
        node.classList.toggle("came", k !== undefined && k === came);
        if (k === undefined) return;
        write(name, labels[k]);
        node.dataset.output = k;
        node.classList.toggle("top", place === 0);
        before.style.transform = `scaleX(${Number.isFinite(shares[k]) ? shares[k] : 0})`;
        paint(share, percent(shares[k]), shares[k], { signal: panel.array, output: k });
        if (!after) return;
        bar.style.transform = `scaleX(${after[k]})`;
        paint(drawn, percent(after[k]), after[k], { signal: panel.after, output: k });
      });
      luck?.draw(after, came, step);
      if (rows.link) rows.link.href = `${panel.inside}&step=${step + 1}`;
    },
  };
}

/** All shares that are drawn from, side by side from 0 to 1, and the number that fell into the part of one of them; where
 * that part is narrow, once more around it. */
function createLuck(panel, stage) {
  const node = element("div", "likeliest-luck");
  const told = element("p", "likeliest-said");
  const [whole, near] = [createParts(panel.labels), createParts(panel.labels)];
  const lens = svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": true, class: "luck-lens" });
  const beam = svg("polygon");
  const zoom = element("div", "luck-zoom");
  const ends = element("div", "luck-ends");
  const [from, to] = [element("span"), element("span")];
  lens.append(beam);
  ends.append(from, to);
  zoom.append(lens, near.node, ends);
  node.append(told, whole.node, zoom);
  return {
    node,
    draw(after, came, step) {
      const number = step + 1 < stage.steps ? stage.at(panel.drawn, step + 1)[0] : NaN;
      const nothing = came < 0 || Number.isNaN(number);
      node.classList.toggle("still", nothing);
      for (const part of [told, whole.node, zoom]) part.hidden = nothing;
      if (nothing) return;
      const begin = after.slice(0, came).reduce((sum, share) => sum + share, 0);
      const wide = Math.max(after[came], LEAST);
      const span = Math.min(1, wide * AROUND);
      const least = Math.max(0, Math.min(1 - span, begin + (wide - span) / 2));
      whole.draw(after, came, number, 0, 1);
      near.draw(after, came, number, least, span);
      zoom.classList.toggle("unneeded", span === 1);
      beam.setAttribute("points", `${100 * least},0 ${100 * (least + span)},0 100,10 0,10`);
      for (const [end, value] of [[from, begin], [to, begin + after[came]]]) {
        end.textContent = value.toFixed(3);
        end.style.left = `${(100 * (value - least)) / span}%`;
      }
      to.hidden = to.textContent === from.textContent;
      const places = { number: number.toFixed(3), character: panel.labels[came] };
      write(told, panel.strings.luck.replace(/\{(\w+)\}/g, (_, name) => places[name]));
    },
  };
}

/** A stretch of the shares side by side, the one that came in colour and the number that was drawn. */
function createParts(labels) {
  const node = element("div", "luck-line");
  const mark = element("b");
  return {
    node,
    draw(after, came, number, least, span) {
      const parts = [];
      let begin = 0;
      after.forEach((share, k) => {
        const left = Math.max(0, (begin - least) / span);
        const right = Math.min(1, (begin + share - least) / span);
        begin += share;
        if (k !== came && right - left < NAMED) return;
        const part = element("i", k === came ? "came" : "", right - left < NAMED ? "" : labels[k]);
        Object.assign(part.style, { left: `${100 * left}%`, width: `${100 * (right - left)}%` });
        parts.push(part);
      });
      mark.style.left = `${(100 * (number - least)) / span}%`;
      node.replaceChildren(...parts, mark);
    },
  };
}
