// A pad to draw a digit on, by mouse, finger or keys. What is drawn is sent as a short text: two signs for each point.
import { canvas, element, write } from "./dom.js";
import { button } from "./scenes/sheet.js";

const SIDE = 240; // pixels
const STRIDE = 4; // places that an arrow key moves the pen
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function createPad(body, { digits, between, most, words }, stage) {
  const places = digits.length - 1;
  const { node, context } = canvas(SIDE, SIDE);
  const pad = element("div", "pad-sheet");
  pad.tabIndex = 0;
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-label", words.pad);
  const said = element("p", "pad-said");
  said.setAttribute("aria-live", "polite");
  const read = button(words.read, send);
  const clear = button(words.clear, empty);
  const line = element("div", "pad-buttons");
  line.append(read, clear, said);
  pad.append(node);
  body.append(pad, line);

  let paths = [];
  let pen = { x: Math.round(places / 2), y: Math.round(places / 4), down: false, keys: false };

  const count = () => paths.reduce((sum, path) => sum + path.length, 0);
  const at = (value) => Math.max(0, Math.min(places, Math.round(value)));

  function begin() {
    paths.push([[pen.x, pen.y]]);
  }

  /** Draw on to a place; points that stand closer together than two places add nothing. */
  function to(x, y) {
    const [beforeX, beforeY] = paths.at(-1).at(-1);
    if (Math.hypot(x - beforeX, y - beforeY) >= 2 && count() < most) paths.at(-1).push([x, y]);
  }

  function empty() {
    paths = [];
    pen.down = false;
    paint();
  }

  function send() {
    const drawn = paths.map((path) => path.map(([x, y]) => digits[x] + digits[y]).join("")).join(between);
    if (drawn) stage.tell("knob", { name: "drawing", value: drawn });
  }

  function paint() {
    const scale = SIDE / (places + 1);
    const middle = (value) => (value + 0.5) * scale;
    context.clearRect(0, 0, SIDE, SIDE);
    context.strokeStyle = context.fillStyle = getComputedStyle(pad).color;
    context.lineWidth = SIDE / 10;
    context.lineCap = context.lineJoin = "round";
    for (const path of paths) {
      context.beginPath();
      context.moveTo(middle(path[0][0]), middle(path[0][1]));
      for (const [x, y] of path) context.lineTo(middle(x), middle(y) + (path.length === 1 ? 0.1 : 0)); // a dot is seen too
      context.stroke();
    }
    if (pen.keys) {
      context.lineWidth = 2;
      context.beginPath();
      context.arc(middle(pen.x), middle(pen.y), 9, 0, 2 * Math.PI);
      context.stroke();
      write(said, (pen.down ? words.down : words.up).replace("{x}", pen.x + 1).replace("{y}", pen.y + 1));
    }
    read.disabled = !paths.length;
  }

  function follow(event) {
    const { left, top, width, height } = node.getBoundingClientRect();
    pen.x = at(((event.clientX - left) / width) * places);
    pen.y = at(((event.clientY - top) / height) * places);
  }

  pad.onpointerdown = (event) => {
    if (count() >= most) return;
    pad.setPointerCapture(event.pointerId);
    pen = { ...pen, down: true, keys: false };
    follow(event);
    begin();
    paint();
  };
  pad.onpointermove = (event) => {
    if (!pen.down || pen.keys) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      follow(each);
      to(pen.x, pen.y);
    }
    paint();
  };
  pad.onpointerup = pad.onpointercancel = () => {
    if (!pen.keys) pen.down = false;
  };
  pad.onkeydown = (event) => {
    const move = MOVES[event.key];
    if (move) {
      const stride = event.shiftKey ? 1 : STRIDE;
      pen = { ...pen, x: at(pen.x + stride * move[0]), y: at(pen.y + stride * move[1]), keys: true };
      if (pen.down && paths.length) to(pen.x, pen.y);
    } else if (event.key === " ") {
      pen = { ...pen, down: !pen.down && count() < most, keys: true };
      if (pen.down) begin();
    } else if (event.key === "Enter") send();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the arrows are the pad's now
    paint();
  };
  return { draw: paint };
}
