// Runs in the page before anything else, and tells when what was waited for has been painted.
(() => {
  const PATIENCE = 60_000; // ms

  // A frame runs from the first animation callback to the first task after it: then its picture has been handed over.
  let inFrame = false;
  const waiting = [];
  const afterFrame = new MessageChannel();
  afterFrame.port1.onmessage = () => {
    inFrame = false;
    for (const resolve of waiting.splice(0)) resolve(performance.now());
  };
  requestAnimationFrame(function frame() {
    inFrame = true;
    afterFrame.port2.postMessage(null);
    requestAnimationFrame(frame);
  });

  /** When the frame that shows the document as it is now has been painted: this frame, or else the next. */
  const painted = () =>
    new Promise((resolve) => {
      if (inFrame) waiting.push(resolve);
      else requestAnimationFrame(() => waiting.push(resolve));
    });

  /** Call `look` after every change of the document. Returns what ends it. */
  function watch(look) {
    const observer = new MutationObserver(look);
    const attributeFilter = ["data-step", "data-painted", "style", "transform"];
    observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter });
    return () => observer.disconnect();
  }

  const become = (ready) =>
    new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => reject(new Error(`not within ${PATIENCE} ms: ${ready}`)), PATIENCE);
      const end = watch(() => {
        if (!ready()) return;
        clearTimeout(tooLate);
        resolve(end());
      });
    });

  const plots = () => [...document.querySelectorAll(".js-plotly-plot")];
  const host = () => document.querySelector(".rnnviz-stage");

  /** The step that is shown; on the plain page, whose charts carry it in their layout, only once all show it. */
  function step() {
    if (host()) return host().dataset.step === undefined ? null : Number(host().dataset.step);
    const steps = new Set(plots().map((plot) => plot.querySelector(".trace, .hm") && plot.layout?.meta?.step));
    return steps.size === 1 && plots().length === 3 ? [...steps][0] : null;
  }

  /** What must move on the stage with every step: each chart's cursor, and the lone mark on the path of the state. */
  function marks() {
    const cursors = [...document.querySelectorAll(".stage-cursor")].map((cursor) => cursor.style.transform);
    const followers = plots().filter(({ data }) => host() && data?.length > 1 && data.at(-1).x?.length === 1);
    const places = followers.map((plot) => [...plot.querySelectorAll(".scatterlayer .trace")].at(-1));
    return [...cursors, ...places.map((trace) => trace.querySelector(".point").getAttribute("transform"))];
  }

  // When a message left or came over the websocket, and with how many bytes.
  const wire = [];
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      this.addEventListener("message", ({ data }) => wire.push({ came: performance.now(), size: data.byteLength ?? data.size }));
    }
    send(data) {
      wire.push({ left: performance.now() });
      super.send(data);
    }
  };

  const bodies = () => [...document.querySelectorAll(".stage-chart .stage-body")];
  const root = () => document.querySelector(".stage-root");

  let running = null;
  let drag = null;
  window.stopwatch = {
    step,
    marks,
    /** Start before a key is pressed: `result` is the milliseconds from it to the painted frame that shows step t. */
    start(t) {
      const before = marks();
      const pressed = new Promise((resolve) => {
        addEventListener("keydown", ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true });
      });
      running = become(() => step() === t && marks().every((mark, k) => mark !== before[k])).then(async () => {
        const end = await painted();
        return end - (await pressed);
      });
    },
    result: () => running,

    /**
     * Start before a choice is made by a key: `result` is how many milliseconds after it the page's answer left, the
     * server's first word came, its largest message, and the first and the last chart of the new stage were painted.
     */
    renew() {
      const before = root();
      wire.length = 0;
      const pressed = new Promise((resolve) => {
        addEventListener("keydown", ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true });
      });
      const renewed = (all) => root() !== before && bodies().length && bodies()[all](({ dataset }) => dataset.painted);
      const times = ["some", "every"].map((all) => become(() => renewed(all)).then(painted));
      running = Promise.all([pressed, ...times]).then(([start, first, last]) => {
        const asked = wire.find(({ left }) => left > start).left;
        const answers = wire.filter(({ came }) => came > asked);
        const board = answers.reduce((a, b) => (b.size > a.size ? b : a));
        const since = { asked, answered: answers[0].came, arrived: board.came, first, painted: last };
        for (const name in since) since[name] -= start;
        return { ...since, size: board.size };
      });
    },

    /** From here to `dragged`, count the different steps that the slider asks for and those that are drawn. */
    drag() {
      const asked = new Set();
      const drawn = new Set();
      const first = step();
      const note = ({ target }) => asked.add(Number(target.value));
      addEventListener("input", note, true);
      const end = watch(() => step() !== null && step() !== first && drawn.add(step()));
      drag = () => {
        end();
        removeEventListener("input", note, true);
        asked.delete(first);
        return { asked: asked.size, drawn: drawn.size };
      };
    },
    dragged: () => drag(),

    /** Mark the charts that are there, to count later how many of those very elements are still in the page. */
    mark: () => plots().forEach((plot) => (plot.marked = true)),
    kept: () => [plots().filter((plot) => plot.marked).length, plots().length],

    /** The wall-clock time in ms at which something that matches `selector` was first painted. */
    async first(selector) {
      const there = () => document.querySelector(selector) !== null;
      if (!there()) await become(there);
      return performance.timeOrigin + (await painted());
    },
  };
})();
