// What the traces of a chart draw of the stage's arrays. Python names an array where its numbers would stand, and says
// what they go by (rnnviz/app/stage/bindings.py).

/** Every attribute of a figure that is an array of the stage: { trace, attribute, array, by, columns, transposed }. */
export function bindingsOf(figure) {
  const named = ([, value]) => typeof value?.array === "string";
  return figure.data.flatMap((trace, k) =>
    Object.entries(trace).filter(named).map(([attribute, binding]) => ({ trace: k, attribute, ...binding })),
  );
}

/** Those bindings of which other numbers are looked at now than before. */
export function changed(bindings, stage, now, before) {
  const other = (name) => now[name] !== before[name];
  const { arrays } = stage.header;
  return bindings.filter(({ by, array }) => (by && other(by)) || ((arrays[array].snapshots || stage.header.training) && other("snapshot")));
}

/** The numbers of a binding that are looked at; of a picture, row by row. */
export function numbersOf(stage, { array, by, columns, transposed }) {
  if (by === "step") return stage.at(array);
  if (by === "unit") return stage.over(array);
  const numbers = stage.whole(array);
  if (!columns) return numbers;
  const rows = numbers.length / columns;
  const across = (k) => Float32Array.from({ length: columns }, (_, c) => numbers[c * rows + k]);
  const along = (k) => numbers.subarray(k * columns, (k + 1) * columns);
  return Array.from({ length: rows }, (_, k) => (transposed ? across(k) : along(k)));
}

/** The traces of a figure with the numbers that are looked at. */
export function withNumbers(figure, bindings, stage) {
  const data = figure.data.map((trace) => ({ ...trace }));
  for (const binding of bindings) data[binding.trace][binding.attribute] = numbersOf(stage, binding);
  return data;
}
