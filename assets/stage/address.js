// The chosen step and unit in the page's address: read once when somebody comes by it, written in place while they are
// chosen, without a word to the server. The step is counted from one and the unit from zero, as the page shows them.
const OWN = ["step", "unit"];
const WRITTEN_AFTER = 300; // ms of rest: browsers refuse an address that changes with every frame
let arriving = true; // a document that was just opened; later, the way back or a link within the page
addEventListener("popstate", () => (arriving = true));

/** The step and the unit that a visitor comes with, those that are numbers; once for each arrival. */
export function takePlace() {
  const place = {};
  if (arriving) {
    const query = new URLSearchParams(location.search);
    for (const name of OWN) if (/^\d{1,6}$/.test(query.get(name) ?? "")) place[name] = Number(query.get(name));
  }
  arriving = false;
  return { ...place, ...("step" in place && { step: Math.max(0, place.step - 1) }) };
}

/** Writes a stage's step and unit into the address: after a moment's rest, or `now`. */
export function placeWriter(stage) {
  let timer = null;
  function now() {
    clearTimeout(timer);
    const query = new URLSearchParams(location.search);
    query.set("step", stage.now.step + 1);
    if (stage.header.units > 1) query.set("unit", stage.now.unit);
    history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
  }
  return {
    now,
    soon() {
      clearTimeout(timer);
      timer = setTimeout(now, WRITTEN_AFTER);
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
