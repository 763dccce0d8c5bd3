// The likeliest answers at this step, of very many: one bar each, and of what was drawn which one came and why.
import { element, inked, paint, percent, write } from "./dom.js";

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

/** All shares that are drawn from, side by side from 0 to 1, and the number that fell into the part of one of them. */
function createLuck(panel, stage) {
  const node = element("div", "likeliest-luck");
  const told = element("p", "likeliest-said");
  const line = element("div", "luck-line");
  const part = element("i");
  const mark = element("b");
  line.append(part, mark);
  const ends = element("div", "luck-ends");
  ends.append(element("span", "", "0"), element("span", "", "1"));
  node.append(told, line, ends);
  inked(mark, panel.color);
  return {
    node,
    draw(after, came, step) {
      const number = step + 1 < stage.steps ? stage.at(panel.drawn, step + 1)[0] : NaN;
      node.classList.toggle("still", Number.isNaN(number));
      line.hidden = came < 0 || Number.isNaN(number);
      told.hidden = ends.hidden = line.hidden;
      if (line.hidden) return;
      const from = after.slice(0, came).reduce((sum, share) => sum + share, 0);
      part.style.left = `${100 * from}%`;
      part.style.width = `${100 * after[came]}%`;
      mark.style.left = `${100 * number}%`;
      const places = { number: number.toFixed(3), from: from.toFixed(3), to: (from + after[came]).toFixed(3), character: panel.labels[came] };
      write(told, panel.strings.luck.replace(/\{(\w+)\}/g, (_, name) => places[name]));
    },
  };
}
