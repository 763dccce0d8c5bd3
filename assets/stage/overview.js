// All of a long sequence on one line, and the frame of the steps that the stage shows: drag it, or press where it shall go.
import { element, svg } from "./dom.js";

const TALL = 36;

/** Where a window begins that has step `at` in it, as near to its middle as windows begin. */
export function startOf({ size, stride, of }, at) {
  const last = Math.ceil((of - size) / stride) * stride;
  return Math.max(0, Math.min(last, Math.round((at - size / 2) / stride) * stride));
}

/** Ask the server for the window that has step `at` of the whole sequence in it; the cursor will stand there. */
export function showStep(stage, at, start = startOf(stage.header.window, at)) {
  const { of, first } = stage.header.window;
  const there = Math.max(0, Math.min(of - 1, at));
  if (stage.header.offline || start === first) stage.select({ step: there - first });
  else stage.ask("knob", { name: "window", value: start }, { step: there - start });
}

export function createOverview(stage) {
  const { window: seen, offline } = stage.header;
  const { of, size, low, high } = seen;
  const node = element("section", "stage-overview");
  const head = element("header");
  head.append(element("b", "", seen.title), element("span", "overview-shown", seen.shown));
  const line = element("div", "overview-line");
  line.setAttribute("role", offline ? "img" : "slider");
  line.tabIndex = offline ? -1 : 0;
  for (const [name, value] of Object.entries({ label: seen.title, valuemin: 1, valuemax: of, valuenow: seen.first + 1, valuetext: seen.shown }))
    line.setAttribute(`aria-${name}`, value);
  const frame = element("i", "overview-frame");
  line.append(drawn(low, high), frame);
  node.append(head, line, element("p", "", `${seen.told} ${offline ? seen.saved : seen.keys}`));
  place(seen.first);

  function place(start) {
    frame.style.left = `${(100 * start) / of}%`;
    frame.style.width = `${(100 * Math.min(size, of - start)) / of}%`;
  }

  const stepAt = (event) => {
    const { left, width } = line.getBoundingClientRect();
    return Math.round(((event.clientX - left) / width) * of);
  };
  let wanted = null;
  line.onpointerdown = (event) => {
    if (offline || event.button) return;
    line.setPointerCapture(event.pointerId);
    line.onpointermove(event, (wanted = 0));
  };
  line.onpointermove = (event) => {
    if (wanted === null) return;
    wanted = stepAt(event);
    place(startOf(seen, wanted));
  };
  line.onpointerup = () => {
    if (wanted !== null) showStep(stage, wanted);
    wanted = null;
  };
  line.onpointercancel = () => place(seen.first, (wanted = null));

  const ways = { ArrowLeft: -seen.stride, ArrowRight: seen.stride, PageUp: -10 * size, PageDown: 10 * size, Home: -of, End: of };
  line.onkeydown = (event) => {
    if (!ways[event.key] || event.altKey || event.ctrlKey || event.metaKey || offline) return;
    event.preventDefault();
    event.stopPropagation();
    turn(stage, ways[event.key]);
  };
  return { node };
}

/** Move the window by so many steps; the cursor stays where it is in the window. */
export function turn(stage, by) {
  const { first, of, size, stride } = stage.header.window;
  const last = Math.ceil((of - size) / stride) * stride;
  const start = Math.max(0, Math.min(last, first + by));
  if (start !== first) showStep(stage, start + stage.now.step, start);
}

/** From the smallest to the largest size of each column; a column that is not finite reaches from end to end. */
function drawn(low, high) {
  const most = Math.max(...high.filter((value) => value !== null), 1e-9);
  const y = (value, without) => TALL - 1 - (TALL - 2) * ((value ?? without) / most);
  const top = high.map((value, k) => `${k},${y(value, most)} ${k + 1},${y(value, most)}`);
  const bottom = low.map((value, k) => `${k + 1},${y(value, 0) + 1} ${k},${y(value, 0) + 1}`);
  const sheet = svg("svg", { viewBox: `0 0 ${low.length} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  sheet.append(svg("polygon", { points: [...top, ...bottom.reverse()].join(" ") }));
  return sheet;
}
