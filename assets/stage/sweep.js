// Curves that were computed over a range of one setting, on a stage of their own that shows nothing: they come after the
// page, and a slider on the stage above draws from them while it is dragged.
const swept = new Map(); // by all that they hang on beside the setting

export function createSweep(body, panel, stage) {
  const curves = panel.curves.map(({ network, signal, values }) => {
    const rows = stage.whole(values);
    const steps = rows.length / panel.at.length;
    return { name: nameOf({ network, signal }), rows: panel.at.map((_, k) => rows.subarray(k * steps, (k + 1) * steps)) };
  });
  swept.set(panel.of, { at: panel.at, curves });
  return { draw() {}, destroy: () => swept.delete(panel.of) };
}

/** What a chart calls a trace says which curve it draws. */
export const nameOf = ({ network, signal }) => `${network} ${signal}`;

/** Every curve at a value of the setting, straight between the two that were computed; null while there are none. */
export function between(of, value) {
  const { at, curves } = swept.get(of) ?? {};
  if (!at) return null;
  const above = Math.max(1, at.findIndex((each) => each >= value));
  const share = Math.max(0, Math.min(1, (value - at[above - 1]) / (at[above] - at[above - 1])));
  return new Map(curves.map(({ name, rows }) => [name, rows[above].map((high, t) => mixed(rows[above - 1][t], high, share))]));
}

function mixed(low, high, share) {
  const near = share < 0.5 ? low : high;
  return Number.isNaN(low) || Number.isNaN(high) ? near : low + share * (high - low);
}
