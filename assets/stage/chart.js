// A Plotly figure made in Python, with the cursor laid over it. Per step nothing is laid out anew: the cursor is an
// element that a CSS transform moves, and marks that follow the step are animated without a redraw.
import { element } from "./dom.js";

const CONFIG = {
  responsive: true,
  displaylogo: false,
  modeBarButtons: [["toImage"]],
  toImageButtonOptions: { format: "svg", filename: "rnnviz" },
};

let plotly = null;
/** Plotly's own script, from the installed wheel, once per document. */
function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../plotly.min.js", import.meta.url);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.min.js did not load"));
    document.head.append(script);
  });
  return plotly;
}

export function createChart(body, panel, stage) {
  const { figure, time, tracks = [], unitTraces = [], unitRows = false } = panel;
  const height = figure.layout.height;
  body.style.minHeight = `${height}px`;
  const plot = element("div", "stage-plot");
  const cursor = element("div", `stage-cursor ${panel.cursor ?? "line"}`);
  const row = element("div", "stage-chosen-row");
  body.append(plot);
  let ready = false;
  let gone = false;

  const axes = () => [plot._fullLayout.xaxis, plot._fullLayout.yaxis];

  function place() {
    const [x, y] = axes();
    if (time) {
      const wide = panel.cursor === "column" ? Math.abs(x.l2p(1) - x.l2p(0)) : 0;
      cursor.style.height = `${y._length}px`;
      cursor.style.top = `${y._offset}px`;
      cursor.style.width = wide ? `${wide}px` : "";
      cursor.style.transform = `translateX(${x._offset + x.l2p(stage.t + 1) - wide / 2}px)`;
    }
    if (unitRows) {
      const tall = Math.abs(y.l2p(1) - y.l2p(0));
      row.style.left = `${x._offset - 5}px`;
      row.style.width = `${x._length + 10}px`;
      row.style.height = `${Math.max(2, tall)}px`;
      row.style.transform = `translateY(${y._offset + y.l2p(stage.unit) - tall / 2}px)`;
    }
  }

  function follow() {
    for (const { trace, attributes } of tracks) {
      const data = {};
      for (const [name, array] of Object.entries(attributes)) data[name] = stage.at(array);
      window.Plotly.animate(
        plot,
        { data: [data], traces: [trace] },
        { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: false } },
      );
    }
  }

  function chooseUnit() {
    if (!unitTraces.length) return;
    const y = unitTraces.map(({ array }) => stage.over(array));
    window.Plotly.restyle(plot, { y }, unitTraces.map(({ trace }) => trace));
  }

  function pick(event) {
    const area = plot.getBoundingClientRect();
    const [x, y] = axes();
    const px = event.clientX - area.left - x._offset;
    const py = event.clientY - area.top - y._offset;
    if (px < 0 || py < 0 || px > x._length || py > y._length) return false;
    const choice = {};
    if (time) choice.t = x.p2l(px) - 1; // axes number the steps from 1
    if (unitRows) choice.unit = y.p2l(py);
    stage.select(choice);
    return true;
  }

  // Press anywhere on a time axis to go there; keep pressing to slide.
  let sliding = false;
  plot.addEventListener("pointerdown", (event) => {
    if (event.target.closest?.(".modebar")) return;
    sliding = ready && (time || unitRows) && event.button === 0 && pick(event);
  });
  const move = (event) => sliding && event.buttons && pick(event);
  const release = () => (sliding = false);
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", release);

  loadPlotly()
    .then((Plotly) => !gone && Plotly.newPlot(plot, figure.data, figure.layout, CONFIG))
    .then(() => {
      if (gone) return;
      if (time) plot.append(cursor);
      if (unitRows) plot.append(row);
      ready = true;
      plot.on("plotly_afterplot", place);
      chooseUnit();
      follow();
      place();
      body.dataset.painted = "true";
    })
    .catch((error) => body.replaceChildren(element("p", "stage-failed", `${stage.strings.failed} (${error.message})`)));

  return {
    draw(unitChanged) {
      if (!ready) return;
      if (unitChanged) chooseUnit();
      follow();
      place();
    },
    destroy() {
      gone = true;
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", release);
      if (ready) window.Plotly.purge(plot);
    },
  };
}
