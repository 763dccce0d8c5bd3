// The boards of a page at the other snapshots of a run of training: they come after the page, on stages of their own that
// show nothing (rnnviz/app/stage/training_steps.py), and the stage above takes from them what the slider asks for.
const runs = new Map(); // by the run and all else that the boards hang on: { base, boards, listeners }

const runOf = (of) => {
  if (!runs.has(of)) runs.set(of, { base: null, boards: new Map(), listeners: new Set() });
  return runs.get(of);
};

/** One message of several boards: each as what is not the same as on the base, which the first message brings. */
export function createSnapshots(body, panel, stage) {
  const run = runOf(panel.of);
  const arraysOf = (names) =>
    Object.fromEntries(
      Object.entries(names).map(([own, name]) => [own, { numbers: stage.arrays[name], width: stage.header.arrays[name].width }]),
    );
  if (panel.base) run.base = { header: panel.base.header, arrays: arraysOf(panel.base.arrays) };
  for (const { at, changes, arrays } of panel.boards) run.boards.set(at, { changes, arrays: arraysOf(arrays) });
  for (const arrived of run.listeners) arrived();
  return {
    draw() {},
    destroy() {
      if (panel.base) run.base = null;
      for (const { at } of panel.boards) run.boards.delete(at);
      if (!run.boards.size && !run.listeners.size) runs.delete(panel.of);
    },
  };
}

/** The board at a snapshot: its header and its arrays, as `unpack` gives them; null as long as it is not there. */
export function boardAt(of, place) {
  const { base, boards } = runs.get(of) ?? {};
  const own = boards?.get(place);
  if (!base || !own) return null;
  const header = structuredClone(base.header);
  for (const [path, value] of own.changes) {
    const last = path.at(-1);
    path.slice(0, -1).reduce((part, key) => part[key], header)[last] = structuredClone(value);
  }
  const both = Object.entries({ ...base.arrays, ...own.arrays });
  header.arrays = Object.fromEntries(both.map(([name, { numbers, width }]) => [name, { offset: 0, size: numbers.length, width }]));
  return { header, arrays: Object.fromEntries(both.map(([name, { numbers }]) => [name, numbers])) };
}

export const isThere = (of, place) => Boolean(runs.get(of)?.base && runs.get(of).boards.has(place));

/** Call `arrived` whenever a message of boards comes; returns what ends that. */
export function whenBoardsCome(of, arrived) {
  const { listeners } = runOf(of);
  listeners.add(arrived);
  return () => listeners.delete(arrived);
}
