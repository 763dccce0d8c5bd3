// Sliders, play, speed and keys: the one place where a step and a snapshot are chosen by hand.
import { copyButton } from "./copying.js";
import { countOf, pauseOf, wordsOf } from "./counting.js";
import { element } from "./dom.js";
import { showStep, turn as turnWindow } from "./overview.js";
import { saveButton } from "./saving.js";
import { createSlider } from "./slider.js";
import { isThere } from "./training.js";
import { createWords } from "./words.js";

const SPEEDS = [0.5, 1, 2, 4];
const SIGNS = { play: "▶", replay: "↻", pause: "❚❚" };
const EACH = 450; // ms for which each snapshot of a run is seen while it plays
const SAID_AFTER = 500; // ms of rest after which the step is said to who hears the page
const SAID_EVERY = 3000; // and how often while it goes on by itself, so that one sentence can end before the next
const CHOOSERS =
  "input, textarea, select, [contenteditable], [role=radiogroup], [role=listbox], [role=combobox], [role=menu], [role=slider]";
const PRESSED = "button, a, summary, [role=button]";
let speed = 1; // kept while the visitor goes from page to page

export function createTransport(stage) {
  const { strings } = stage;
  const { tokens, snapshots, backwards, window: whole } = stage.header;
  const [first, last, ahead] = backwards ? [stage.steps - 1, 0, -1] : [0, stage.steps - 1, 1];
  const node = element("div", "stage-transport");
  if (!stage.steps && !snapshots.length) {
    node.style.display = "none";
    return { node, draw() {}, destroy() {} };
  }
  const play = element("button", "stage-play");
  play.type = "button";
  const [sign, named] = [element("span", "stage-play-sign"), element("span", "stage-play-word")];
  play.append(sign, named);
  const time = createSlider(strings.slider, stage.steps, jump, backwards);
  const readout = element("div", "stage-readout");
  const pace = element("button", "stage-pace");
  pace.type = "button";
  pace.title = strings.speed;
  const said = element("p", "unseen stage-said");
  said.setAttribute("role", "status");
  const run = createRun(stage);
  const training = createSlider(run.name, snapshots.length, (snapshot) => run.turn(snapshot));
  training.node.onchange = () => run.rest();
  const label = element("div", "stage-readout");
  const count = element("span");
  const word = createWords(stage).current();
  readout.append(count, ...(tokens.some(Boolean) ? [word.node] : []));
  const keys = (text) => element("span", "stage-keys", text);
  if (stage.steps) node.append(line(play, time.node, readout, pace, ...(stage.header.offline ? [] : [copyButton(stage, said), saveButton(stage)]), keys(strings.keys)));
  if (snapshots.length) node.append(line(...run.nodes, element("span", "stage-name", run.name), training.node, label, keys(strings.snapshot_keys)));
  node.append(said);

  function line(...parts) {
    const row = element("div", "stage-line");
    row.append(...parts);
    return row;
  }

  let timer = null;
  const playing = () => timer !== null;

  let saying = null;
  let lastSaid = 0;
  const news = new Set(); // the sliders that have moved since somebody was told
  /** Where sliders stand, after a moment: whoever slides hears where they arrive, whoever plays now and then a step. */
  function say() {
    if (saying !== null && playing()) return; // it will say the step that it finds then
    clearTimeout(saying);
    const wait = playing() ? Math.max(SAID_AFTER, lastSaid + SAID_EVERY - performance.now()) : SAID_AFTER;
    saying = setTimeout(() => {
      saying = null;
      lastSaid = performance.now();
      said.textContent = [...news].map((slider) => slider.words()).join(strings.comma);
      news.clear();
    }, wait);
  }

  /** Where playing ends the button begins anew, and says so. */
  function show() {
    const does = playing() ? "pause" : stage.now.step === last ? "replay" : "play";
    sign.textContent = SIGNS[does];
    named.textContent = strings[does];
    play.setAttribute("aria-label", strings[does]);
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
      if (stage.now.step === last) return stop();
      stage.select({ step: stage.now.step + ahead });
      advance();
    }, pauseOf(stage) / speed);
  }

  function toggle() {
    if (playing()) return stop();
    if (stage.now.step === last) stage.select({ step: first });
    advance();
    show();
  }

  function jump(step) {
    stop();
    if (whole && (step < 0 || step >= stage.steps)) showStep(stage, whole.first + step);
    else stage.select({ step });
  }

  play.onclick = toggle;
  pace.onclick = () => {
    speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
    show();
  };

  const steps = {
    ArrowRight: () => jump(stage.now.step + 1),
    ArrowLeft: () => jump(stage.now.step - 1),
    Home: () => jump(0),
    End: () => jump(stage.steps - 1),
    " ": toggle,
  };
  const turn = (by) => {
    run.turn(stage.now.snapshot + by);
    run.rest();
  };
  const moves = {
    ...(stage.steps && steps),
    ...(whole && { "Shift+ArrowRight": () => turnWindow(stage, whole.stride), "Shift+ArrowLeft": () => turnWindow(stage, -whole.stride) }),
    ...(snapshots.length && { "Shift+ArrowRight": () => turn(1), "Shift+ArrowLeft": () => turn(-1) }),
  };

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    // What takes a key itself keeps it: text and choices their arrows, a button its space.
    const taken = event.key === " " ? `${CHOOSERS}, ${PRESSED}` : CHOOSERS;
    if (event.target !== time.node && !(event.shiftKey && event.target === training.node) && event.target.closest?.(taken)) return;
    const move = moves[event.shiftKey ? `Shift+${event.key}` : event.key];
    if (!move) return;
    event.preventDefault();
    move();
  }
  document.addEventListener("keydown", onKey);

  return {
    node,
    draw({ step, snapshot }) {
      count.textContent = countOf(stage, step);
      if (time.show(step, wordsOf(stage, step))) news.add(time);
      word.draw(step);
      label.textContent = run.isThere(snapshot) ? snapshots[snapshot] : `${snapshots[snapshot]} · ${run.waiting}`;
      if (training.show(snapshot, label.textContent)) news.add(training);
      if (news.size) say();
      show();
    },
    destroy() {
      run.destroy();
      clearTimeout(timer);
      clearTimeout(saying);
      document.removeEventListener("keydown", onKey);
    },
  };
}

/** The slider's own play, and what it is called. The snapshots are those of the run of training that the page's network
 * comes from, whose boards may still be on their way, or the board has them itself. */
function createRun(stage) {
  const { training, snapshots } = stage.header;
  const live = training?.live ?? true;
  const strings = training?.strings ?? { ...stage.strings, name: stage.strings.snapshot };
  const turn = (snapshot) => stage.select({ snapshot });
  const button = element("button", "stage-play small");
  Object.assign(button, { type: "button", disabled: !live });
  const sign = element("span", "stage-play-sign");
  button.append(sign);
  let timer = null;

  function show() {
    const does = timer ? "pause" : "play";
    sign.textContent = SIGNS[does];
    button.setAttribute("aria-label", strings[does]);
  }

  function stop() {
    clearTimeout(timer);
    timer = null;
    show();
  }

  function advance() {
    timer = setTimeout(() => {
      const next = stage.now.snapshot + 1;
      if (next < snapshots.length) turn(next);
      if (next < snapshots.length - 1) return advance();
      stop();
      stage.run?.rest();
    }, EACH / speed);
  }

  button.onclick = () => {
    if (timer) {
      stop();
      return stage.run?.rest();
    }
    stage.run?.hold();
    if (stage.now.snapshot === snapshots.length - 1) turn(0);
    advance();
    show();
  };
  show();
  // A key that is kept down goes on turning, as a hand does that drags: the server is told once it is let go.
  let pressed = false;
  let turned = false;
  function onDown() {
    pressed = true;
  }
  function onUp() {
    pressed = false;
    if (turned) rest();
  }
  document.addEventListener("keydown", onDown, true);
  document.addEventListener("keyup", onUp, true);

  function rest() {
    turned = pressed;
    if (!pressed) stage.run?.rest();
  }

  return {
    name: strings.name,
    waiting: strings.waiting,
    nodes: training || !stage.steps ? [button] : [], // beside a play of its own a row of steps needs no second one
    turn(snapshot) {
      stop();
      stage.run?.hold();
      turn(snapshot);
    },
    rest,
    isThere: (snapshot) => !training?.live || snapshot === (stage.run?.shown ?? snapshot) || isThere(training.of, snapshot),
    destroy() {
      stop();
      document.removeEventListener("keydown", onDown, true);
      document.removeEventListener("keyup", onUp, true);
    },
  };
}
