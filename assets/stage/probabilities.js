// What the network would answer at this step: one bar per class, in a fixed order.
import { element, paint, percent } from "./dom.js";

export function createProbabilities(body, panel, stage) {
  const rows = panel.labels.map((label) => {
    const node = element("div", "probability");
    const bar = element("i");
    const share = element("span", "share");
    const track = element("span", "track");
    track.append(bar);
    node.append(element("span", "name", label), track, share);
    node.style.setProperty("--cell", panel.color);
    body.append(node);
    return { node, bar, share };
  });
  return {
    draw() {
      const shares = stage.at(panel.array);
      const top = shares.indexOf(Math.max(...shares));
      rows.forEach(({ node, bar, share }, k) => {
        bar.style.transform = `scaleX(${Number.isFinite(shares[k]) ? shares[k] : 0})`;
        paint(share, percent(shares[k]), shares[k], { signal: "p", output: k, network: panel.network });
        node.classList.toggle("top", k === top);
      });
    },
  };
}
