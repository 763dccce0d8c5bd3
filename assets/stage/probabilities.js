// What the network would answer at this step: one bar per class, in a fixed order.
import { digitsApart, element, paint, percent } from "./dom.js";

const last = new Map(); // what bars of a network showed last: another sentence or network moves them from there

export function createProbabilities(body, panel, stage) {
  const own = [panel.network, ...panel.labels].join();
  const rows = panel.labels.map((label) => {
    const node = element("div", "probability");
    const bar = element("i");
    const share = element("span", "share");
    const track = element("span", "track");
    track.append(bar);
    node.append(element("span", panel.symbols ? "name symbol" : "name", label), track, share);
    node.style.setProperty("--cell", panel.color);
    body.append(node);
    return { node, bar, share, first: panel.first && firstShare(track, share, panel.was) };
  });

  const stretch = (shares) => {
    rows.forEach(({ bar }, k) => (bar.style.transform = `scaleX(${Number.isFinite(shares[k]) ? shares[k] : 0})`));
  };
  if (last.has(own)) {
    stretch(last.get(own));
    body.getBoundingClientRect(); // laid out there, so that they go on from there
  }

  return {
    draw() {
      const shares = stage.at(panel.array);
      const top = shares.indexOf(Math.max(...shares));
      const digits = digitsApart(shares);
      stretch(shares);
      last.set(own, shares);
      rows.forEach(({ node, share, first }, k) => {
        paint(share, percent(shares[k], digits), shares[k], { signal: "p", output: k, network: panel.network });
        node.classList.toggle("top", k === top);
        if (first) first(stage.at(panel.first)[k], { signal: "first:p", output: k, network: panel.network });
      });
    },
  };
}

/** The answer: the largest share, -1 where two look equally large as they are written. */
export function leading(shares) {
  const most = Math.max(...shares);
  return [...shares].filter((share) => percent(share) === percent(most)).length > 1 ? -1 : shares.indexOf(most);
}

/** What the share was in the first run: a mark on its track, and the number before the present one. */
function firstShare(track, share, was) {
  const mark = element("b");
  const text = element("small", "first-share");
  text.title = was;
  track.append(mark);
  share.before(text); // in one place with it: see word_menu.css
  return (value, place) => {
    mark.hidden = Number.isNaN(value); // a word that was put in
    mark.style.left = `${100 * value}%`;
    paint(text, percent(value), value, place);
  };
}
