// The stage: one cursor over every view of a page. Python sends a layout and the numbers of all steps once;
// from then on sliding, playing and choosing a unit happen here, without the server.
import { PANELS } from "./stage/panels.js";
import { completeAddress, placeWriter, takePlace } from "./stage/address.js";
import { closeDrawer, returnToStage, showPlaceInMenu } from "./stage/choices.js";
import { createOverview } from "./stage/overview.js";
import { createPager } from "./stage/pager.js";
import { createTransport } from "./stage/transport.js";
import { element } from "./stage/dom.js";
import "./stage/lecture.js";
import "./stage/visiting.js";
import { legend } from "./stage/legend.js";
import { addMenu } from "./stage/panel_menu.js";
import { exchange, textsOf } from "./stage/exchanging.js";
import { follow } from "./stage/following.js";
import { unpack } from "./stage/payload.js";
import { listenToTerms, termed } from "./stage/terms.js";

// What scrolls on its own where there is little room: a keyboard has to get there too.
const SCROLLERS =
  ".strip-scroll, .candidates-strip, .products-scroll, .back-scroll, .back-formula, .readings-scroll, .grid-scroll, .datapath-sheet, .alignment-scroll, .sentence-text, .formula";

// What the visitor was looking at survives a change of page: the document, and so this module, stays loaded.
const remembered = { step: null, unit: null, snapshot: 0, scene: 0, sentence: null, snapshots: "", asked: null };
const mounted = new WeakMap();

export class Stage {
  constructor(host, header, arrays) {
    this.header = header;
    this.arrays = arrays;
    this.steps = header.steps;
    this.strings = header.strings;
    this.host = host;
    host.classList.remove("previewing");
    const fresh = remembered.sentence !== header.sentence || remembered.step === null;
    this.returns = remembered.asked?.name ?? ""; // to which control the keyboard goes back
    const unit = remembered.unit ?? header.unit;
    const usual = { ...remembered, unit, ...(fresh && { step: header.start ?? this.steps - 1 }), ...remembered.asked?.place };
    remembered.asked = null;
    if (header.training) header.snapshots = header.training.labels;
    const labels = header.snapshots.join();
    if (header.training) usual.snapshot = header.training.at;
    else if (labels && labels !== remembered.snapshots) usual.snapshot = header.snapshots.length - 1;
    const link = this.steps || labels || header.paged ? takePlace(this) : {};
    if (header.training) delete link.snapshot; // the address names its update
    this.now = this.within({ ...usual, ...link });
    this.drawn = {};
    if ("step" in link) remembered.step = this.now.step;
    if ("unit" in link && header.units > 1) remembered.unit = this.now.unit;
    if (labels) Object.assign(remembered, { snapshot: this.now.snapshot, snapshots: labels });
    this.address = placeWriter(this);
    if (this.steps) remembered.sentence = header.sentence; // else nothing on it goes by steps, and the cursor is another's
    this.build();
    this.run = header.training ? follow(this) : null;
  }

  /** All of an array, as it is in the snapshot that is looked at. */
  whole(name) {
    const { size, snapshots } = this.header.arrays[name];
    if (!snapshots) return this.arrays[name];
    const one = size / snapshots;
    return this.arrays[name].subarray(this.now.snapshot * one, (this.now.snapshot + 1) * one);
  }

  /** The slice of an array that belongs to a step (width values per step). */
  at(name, step = this.now.step) {
    const { width } = this.header.arrays[name];
    return this.whole(name).subarray(step * width, (step + 1) * width);
  }

  /** What a step is called: they are counted from one, in a window from the beginning of the whole sequence. */
  number(step) {
    return step + 1 + (this.header.window?.first ?? 0);
  }

  /** An array over all steps for one unit. */
  over(name, unit = this.now.unit) {
    const { width } = this.header.arrays[name];
    const numbers = this.whole(name);
    return Float32Array.from({ length: this.steps }, (_, t) => numbers[t * width + unit]);
  }

  /** The theme's two colours that drawings need as numbers; asked for once, not at every step. True if they changed. */
  readTheme() {
    const before = this.ink + this.page;
    this.ink = getComputedStyle(this.host).color;
    this.page = getComputedStyle(this.host.querySelector(".stage-transport, .stage-pager")).backgroundColor;
    return this.ink + this.page !== before;
  }

  build() {
    const root = element("div", "stage-root");
    root.append(element("h2", "unseen", this.strings.pictures));
    this.transport = (this.header.paged ? createPager : createTransport)(this);
    if (this.header.paged) root.classList.add("stage-paged");
    else root.append(this.transport.node);
    if (this.header.window) root.append(createOverview(this).node);
    this.places = [];
    const changes = Boolean(this.header.training || this.header.growing);
    for (const row of this.header.rows) {
      const frame = element("div", "stage-frame");
      const line = element("div", "stage-row");
      frame.append(line);
      for (const panel of row) {
        const box = element("section", `stage-panel stage-${panel.kind}`);
        box.style.setProperty("--span", panel.span);
        box.append(this.heading(panel, box, this.places.length + 1));
        const body = element("div", "stage-body");
        if (panel.alternative) {
          body.setAttribute("role", "figure");
          body.setAttribute("aria-label", panel.alternative);
        }
        box.append(body);
        line.append(box);
        this.places.push({ panel, box, body, view: null, told: changes ? textsOf(panel) : null });
      }
      if (row[0].kind === "radius") this.transport.node.before(frame); // what the page invites to change comes first
      else root.append(frame);
    }
    if (this.header.paged) root.append(this.transport.node);
    this.host.replaceChildren(root);
    this.readTheme();
    // Views are made once they are in the document, because charts and canvases measure their place.
    for (const place of this.places) {
      this.attempt(place.body, () => (place.view = PANELS[place.panel.kind](place.body, place.panel, this)));
      addMenu(place, this);
    }
    this.draw();
    this.observer = new ResizeObserver(() => this.openScrollers());
    this.observer.observe(root);
  }

  /** Take over what has come in since: the same panels, with other titles and numbers. */
  renew(header, arrays) {
    Object.assign(this, { header, arrays });
    for (const [k, panel] of header.rows.flat().entries()) {
      this.attempt(this.places[k].body, () => exchange(this, this.places[k], panel));
    }
    this.draw();
  }

  openScrollers() {
    for (const node of this.host.querySelectorAll(SCROLLERS)) {
      const more = node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight;
      if (more) node.tabIndex = 0;
      else node.removeAttribute("tabindex");
    }
  }

  /** Do something for the view in a body. If it fails, it says so in its place and all others go on. */
  attempt(body, action) {
    try {
      action();
    } catch (error) {
      this.fail(body, error);
    }
  }

  /** Nothing more is asked of a view that failed; a sentence stands where it was. */
  fail(body, error) {
    console.error(error);
    const place = this.places.find((one) => one.body === body);
    close(place.view);
    place.view = null;
    body.replaceChildren(element("p", "stage-failed", `${this.strings.failed} (${error.message})`));
  }

  /** A panel's title and scales. The title also names the panel's region for who hears the page. */
  heading(panel, box, number) {
    const head = element("header", "stage-heading");
    if (panel.accent) head.style.setProperty("--accent", panel.accent);
    if (panel.title) {
      const [title, ...meanings] = termed(element("h3", panel.accent ? "accent" : ""), panel, "title", this.header.glossary);
      title.id = `stage-title-${this.header.id.slice(0, 8)}-${number}`;
      box.setAttribute("aria-labelledby", title.id);
      head.append(title, ...meanings);
    }
    for (const range of panel.legends ?? []) head.append(legend(range, this.header.scales));
    if (panel.caption) head.append(...termed(element("p"), panel, "caption", this.header.glossary));
    return head;
  }

  /** The nearest that there is of each. */
  within({ step, unit, snapshot, scene = 0 }) {
    const { units, snapshots, rows, paged } = this.header;
    const nearest = (value, count) => Math.max(0, Math.min(count - 1, Math.round(value)));
    const all = { step: nearest(step, this.steps), unit: nearest(unit, units), snapshot: nearest(snapshot, snapshots.length) };
    return paged ? { ...all, scene: nearest(scene, rows.length) } : all;
  }

  /** Ask the server for something that changes what is read; on the stage that comes then the cursor stands at `place`. */
  ask(name, value, place) {
    remembered.asked = { name: value?.name ?? name, place: { ...this.now, ...place } };
    this.tell(name, value);
  }

  /** Move to a step, choose a unit or a snapshot. Many calls before the next frame draw once, with the last choice. */
  select(choice) {
    const now = this.within({ ...this.now, ...choice });
    const changed = Object.keys(now).filter((name) => now[name] !== this.now[name]);
    if (!changed.length) return;
    this.now = now;
    for (const name of changed) remembered[name] = now[name]; // a page without units leaves the choice alone
    this.address.soon();
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    const [now, before] = [this.now, this.drawn];
    this.drawn = now;
    this.transport.draw(now);
    const turned = this.run?.turn(now, before);
    if (!turned) for (const { body, view } of this.places) if (view) this.attempt(body, () => view.draw(now, before));
    Object.assign(this.host.dataset, now, this.run && { snapshot: this.run.shown });
  }

  /** Let charts draw other numbers for the lines of those names, until the server has sent the exact ones. */
  preview(curves) {
    this.host.classList.add("previewing");
    for (const { body, view } of this.places) this.attempt(body, () => view?.preview?.(curves));
  }

  /** Draw everything in the colours of the present theme. */
  restyle() {
    this.drawn = {};
    this.draw();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.address.destroy();
    this.run?.destroy();
    this.transport.destroy();
    for (const { view } of this.places) close(view);
  }
}

/** A view that fails even at its end must not keep the next page from being built. */
function close(view) {
  try {
    view?.destroy?.();
  } catch (error) {
    console.error(error);
  }
}

/** Called on every message for this component and on every change of theme; only new data builds anything. */
export function mount(host, component) {
  const { header, arrays } = unpack(component.data);
  completeAddress(header.query);
  listenToTerms();
  document.documentElement.lang = header.language;
  const { style } = document.documentElement; // what Streamlit says in English alone: see page.css and lessons.css
  style.setProperty("--apply", JSON.stringify(header.strings.apply));
  style.setProperty("--choose-file", JSON.stringify(header.strings.choose_file));
  const before = mounted.get(host);
  if (before?.header.id === header.id ? before.header.training?.of === header.training?.of : before?.run?.accepts(header)) {
    before.tell = component.setTriggerValue;
    if (before.readTheme()) before.restyle();
    return;
  }
  if (before && isGrown(before.header, header)) {
    before.tell = component.setTriggerValue;
    before.renew(header, arrays);
    return;
  }
  before?.destroy();
  const stage = new Stage(host, header, arrays);
  stage.tell = component.setTriggerValue;
  mounted.set(host, stage);
  if (before) returnToStage();
  else showPlaceInMenu();
  closeDrawer();
}

/** Whether a board is the one before with more in it: both say so by one name, and have the same panels. */
function isGrown(before, header) {
  const shape = ({ rows }) => rows.map((row) => row.map(({ kind, span }) => `${kind} ${span}`).join()).join(";");
  return Boolean(header.growing) && header.growing === before.growing && shape(header) === shape(before);
}

export function unmount(host) {
  mounted.get(host)?.destroy();
  mounted.delete(host);
}
