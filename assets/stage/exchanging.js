// A panel with other titles and numbers in the place of one that is shown, so that nothing flickers: what a run of training
// was like at another snapshot, or what has come in since.
import { addMenu } from "./panel_menu.js";
import { PANELS } from "./panels.js";

const OF_HEADING = ["title", "caption", "legends", "terms", "accent"];
const WORDS = { title: "h3", caption: ":scope > p" };
const OF_MENU = ":scope > .panel-more, :scope > .panel-menu";

/** What a panel says before any view has worked on it: by that it is found out what has changed. */
export function textsOf(panel) {
  const { title, caption, ...rest } = Object.fromEntries(OF_HEADING.map((name) => [name, panel[name]]));
  const nothing = Object.fromEntries([...OF_HEADING, "alternative"].map((name) => [name, undefined]));
  return { words: { title, caption }, heading: JSON.stringify(rest), inner: JSON.stringify({ ...panel, ...nothing }) };
}

/** Show `panel` where another one of its kind is. A view that can goes on with it; the others are made anew. */
export function exchange(stage, place, panel) {
  const { told, body } = place;
  place.told = textsOf(panel);
  adopt(place.panel, panel);
  if (panel.alternative) body.setAttribute("aria-label", panel.alternative);
  renewHeading(stage, place, told);
  if (place.told.inner === told.inner || !place.view || place.view.renew?.()) return;
  place.view.destroy?.();
  body.replaceChildren();
  place.view = PANELS[place.panel.kind](body, place.panel, stage);
  for (const node of body.previousElementSibling.querySelectorAll(OF_MENU)) node.remove();
  addMenu(place, stage);
}

function renewHeading(stage, { panel, told, box, body }, before) {
  const heading = body.previousElementSibling;
  const others = Object.keys(WORDS).filter((name) => told.words[name] !== before.words[name]);
  const nodes = others.map((name) => heading.querySelector(WORDS[name]));
  if (told.heading === before.heading && !panel.terms && nodes.every(Boolean)) {
    for (const [k, name] of others.entries()) nodes[k].replaceChildren(panel[name]);
  } else if (told.heading !== before.heading || others.length) {
    const anew = stage.heading(panel, box, 1 + stage.places.findIndex((place) => place.body === body));
    anew.append(...heading.querySelectorAll(OF_MENU));
    heading.replaceWith(anew);
  }
}

/** Make `target` what `source` is, keeping the objects in it that views hold. */
function adopt(target, source) {
  for (const key of Object.keys(target)) if (!(key in source)) delete target[key];
  for (const [key, value] of Object.entries(source)) {
    const own = target[key];
    const alike = own && value && typeof own === "object" && typeof value === "object" && Array.isArray(own) === Array.isArray(value);
    // Plotly writes into what it is given, so that a figure is always taken anew.
    if (alike && key !== "figure") adopt(own, value);
    else target[key] = value;
  }
  if (Array.isArray(target)) target.length = source.length;
}
