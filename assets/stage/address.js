// The chosen step, unit, snapshot and scene in the page's address: read once when somebody comes by it, written in place while
// they are chosen, without a word to the server. Units are counted from zero, the others from one, as the page does.
const COUNTED = ["step", "unit", "snapshot", "scene"];
const OWN = [...COUNTED, "lambda"]; // the last a text of a view's own
const first = (stage) => ({ step: stage.number(0), unit: 0, snapshot: 1, scene: 1 });
const WRITTEN_AFTER = 300; // ms of rest: browsers refuse an address that changes with every frame
let arriving = true; // a document that was just opened; later, the way back or a link within the page
addEventListener("popstate", () => (arriving = true));

/** What of it a visitor comes with to a stage, as long as it is a number, counted from zero; once for each arrival. */
export function takePlace(stage) {
  const place = {};
  if (arriving) {
    const query = new URLSearchParams(location.search);
    for (const name of COUNTED) if (/^\d{1,6}$/.test(query.get(name) ?? "")) place[name] = Number(query.get(name)) - first(stage)[name];
  }
  arriving = false;
  return place;
}

/** Writes what is chosen on a stage into the address: after a moment's rest, or `now`. */
export function placeWriter(stage) {
  if (stage.header.offline) return { now() {}, soon() {}, keep() {}, branch() {}, destroy() {} }; // a document from a disk keeps its address
  let timer = null;
  const kept = {};
  function now() {
    clearTimeout(timer);
    const query = new URLSearchParams(location.search);
    const { units, snapshots, paged } = stage.header;
    const there = { step: stage.steps, unit: units > 1, snapshot: snapshots.length && !stage.header.training, scene: paged };
    for (const name of COUNTED) if (there[name]) query.set(name, stage.now[name] + first(stage)[name]);
    for (const [name, text] of Object.entries(kept)) query.set(name, text);
    history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(now, WRITTEN_AFTER);
  }
  return {
    now,
    soon,
    /** Write what a view chose by itself; null: nothing any more. */
    keep(name, text) {
      if (text === null) delete kept[name];
      else kept[name] = text;
      soon();
    },
    /** What is chosen next makes an entry in the history, so that the way back undoes it. */
    branch() {
      now();
      history.pushState(history.state, "", location.href);
    },
    destroy: () => clearTimeout(timer),
  };
}

/** A page that was just opened gets the visitor's choices behind its address, without another entry in the history. */
export function completeAddress(query) {
  if (!query) return;
  // Streamlit's own names, of which Python is not told, and the stage's, which Python leaves alone.
  const others = ([name]) => name.startsWith("embed") || OWN.includes(name);
  const choices = (text) => new URLSearchParams([...new URLSearchParams(text)].filter((pair) => !others(pair))).toString();
  if (choices(location.search) !== choices(query.from)) return; // the visitor has gone on meanwhile
  const kept = [...new URLSearchParams(location.search)].filter(others);
  const whole = new URLSearchParams([...new URLSearchParams(choices(query.to)), ...kept]);
  history.replaceState(history.state, "", `${location.pathname}?${whole}`);
}
