// A setting as a slider with two zones, as of the spectral radius: below 1 gradients vanish, above 1 they can grow. While
// it is dragged the charts may follow what was computed beforehand; let go, Python computes the networks of that radius.
import { element } from "./dom.js";
import { between } from "./sweep.js";

const RESTS = 350; // ms after the last key or release until the server is asked

export function createRadius(body, panel, stage) {
  const { words, least, most, step, tick } = panel;
  const label = element("label", "radius-line");
  const track = element("span", "radius-track");
  track.style.setProperty("--one", (tick - least) / (most - least));
  const slider = element("input", "stage-slider");
  Object.assign(slider, { type: "range", min: least, max: most, step, value: panel.value });
  slider.setAttribute("aria-label", words.name);
  const reading = element("b", "radius-reading");
  const told = words.dragged ? [element("small", "radius-told", words.dragged)] : [];
  for (const [side, end] of Object.entries({ least, most })) track.append(element("i", `end ${side}`, signed(end)));
  track.append(element("i", "below", words.below), element("i", "above", words.above), slider, element("i", "one tick", String(tick)), ...told);
  const name = element("span", "radius-name", words.name);
  if (words.note) name.append(element("small", "", words.note));
  label.append(name, track, reading);
  body.append(label);
  let frame = null;
  let rest = null;

  function show() {
    const value = Number(slider.value);
    reading.textContent = signed(value.toFixed(2));
    slider.setAttribute("aria-valuetext", value.toFixed(2));
  }

  function follow() {
    frame = null;
    const curves = between(panel.of, Number(slider.value));
    if (!curves) return;
    stage.preview(curves);
  }

  // What the charts follow is computed once a hand comes near, not for everybody who opens the page.
  slider.onpointerenter = () => {
    slider.onpointerenter = null;
    if (panel.of && !between(panel.of, panel.value)) stage.tell("dragged", panel.of);
  };
  slider.oninput = () => {
    show();
    clearTimeout(rest);
    frame ??= requestAnimationFrame(follow);
  };
  slider.onchange = () => {
    clearTimeout(rest);
    rest = setTimeout(() => stage.ask("knob", { name: panel.name, value: Number(slider.value) }), RESTS);
  };
  show();
  return {
    draw() {
      if (stage.returns !== panel.name) return;
      slider.focus({ preventScroll: true });
      stage.returns = "";
    },
    destroy() {
      cancelAnimationFrame(frame);
      clearTimeout(rest);
    },
  };
}

const signed = (number) => String(number).replace("-", "−");
