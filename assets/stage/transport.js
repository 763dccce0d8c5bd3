// Slider, play, speed and keys: the one place where a step is chosen by hand.
import { copyButton } from "./copying.js";
import { element, token } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4];
const STEP_MS = 900; // one step at speed 1: long enough to follow the wires of the diagram
const SAID_AFTER = 500; // ms of rest after which the step is said to who hears the page
const SAID_EVERY = 3000; // and how often while it goes on by itself, so that one sentence can end before the next
const CHOOSERS =
  "input, textarea, select, [contenteditable], [role=radiogroup], [role=listbox], [role=combobox], [role=menu], [role=slider]";
const PRESSED = "button, a, summary, [role=button]";
let speed = 1; // kept while the visitor goes from page to page

export function createTransport(stage) {
  const { strings } = stage;
  const node = element("div", "stage-transport");
  const play = element("button", "stage-play");
  play.type = "button";
  const slider = element("input", "stage-slider");
  Object.assign(slider, { type: "range", min: 0, max: Math.max(1, stage.steps - 1), step: 1 });
  slider.disabled = stage.steps < 2;
  slider.setAttribute("aria-label", strings.slider);
  const readout = element("div", "stage-readout");
  const pace = element("button", "stage-pace");
  pace.type = "button";
  pace.title = strings.speed;
  const keys = element("span", "stage-keys", strings.keys);
  const said = element("p", "unseen stage-said");
  said.setAttribute("role", "status");
  if (!stage.steps) {
    node.style.display = "none";
    return { node, draw() {}, destroy() {} };
  }
  node.append(play, slider, readout, pace, copyButton(stage, said), keys, said);

  let timer = null;
  const playing = () => timer !== null;

  let saying = null;
  let lastSaid = 0;
  /** The step in words, after a moment: whoever slides hears where they arrive, whoever plays now and then a step. */
  function say() {
    if (saying !== null && playing()) return; // it will say the step that it finds then
    clearTimeout(saying);
    const wait = playing() ? Math.max(SAID_AFTER, lastSaid + SAID_EVERY - performance.now()) : SAID_AFTER;
    saying = setTimeout(() => {
      saying = null;
      lastSaid = performance.now();
      said.textContent = slider.getAttribute("aria-valuetext");
    }, wait);
  }

  function show() {
    play.textContent = playing() ? "❚❚" : "▶";
    play.setAttribute("aria-label", playing() ? strings.pause : strings.play);
    play.title = play.getAttribute("aria-label");
    pace.textContent = `${speed}×`;
    pace.setAttribute("aria-label", `${strings.speed}${strings.colon}${speed}×`);
    stage.host.classList.toggle("playing", playing());
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    show();
  }

  function advance() {
    timer = setTimeout(() => {
      if (stage.now.step >= stage.steps - 1) return stop();
      stage.select({ step: stage.now.step + 1 });
      advance();
    }, STEP_MS / speed);
  }

  function toggle() {
    if (playing()) return stop();
    if (stage.now.step >= stage.steps - 1) stage.select({ step: 0 });
    advance();
    show();
  }

  function jump(step) {
    stop();
    stage.select({ step });
  }

  play.onclick = toggle;
  slider.oninput = () => jump(Number(slider.value));
  pace.onclick = () => {
    speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
    show();
  };

  const moves = {
    ArrowRight: () => jump(stage.now.step + 1),
    ArrowLeft: () => jump(stage.now.step - 1),
    Home: () => jump(0),
    End: () => jump(stage.steps - 1),
    " ": toggle,
  };

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    // What takes a key itself keeps it: text and choices their arrows, a button its space.
    const taken = event.key === " " ? `${CHOOSERS}, ${PRESSED}` : CHOOSERS;
    if (event.target !== slider && event.target.closest?.(taken)) return;
    if (event.key in moves) {
      event.preventDefault();
      moves[event.key]();
    }
  }
  document.addEventListener("keydown", onKey);
  show();

  return {
    node,
    draw({ step }) {
      slider.value = step;
      const { tokens, known } = stage.header;
      const count = strings.step.replace("{t}", step + 1).replace("{steps}", stage.steps);
      const words = tokens.length ? `${count}${strings.colon}${tokens[step]}` : count;
      const before = slider.getAttribute("aria-valuetext");
      slider.setAttribute("aria-valuetext", words);
      if (before && before !== words) say(); // what the page opens with is no news
      readout.replaceChildren(element("span", "", count));
      if (tokens.length) readout.append(token(tokens[step], known[step], "current"));
      slider.style.setProperty("--done", stage.steps > 1 ? step / (stage.steps - 1) : 1);
    },
    destroy() {
      clearTimeout(timer);
      clearTimeout(saying);
      document.removeEventListener("keydown", onKey);
    },
  };
}
