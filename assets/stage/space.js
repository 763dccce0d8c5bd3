// Where a point of a Plotly picture in space is on the screen: so that a mark can follow the cursor as an element that
// is moved, which costs nothing, where a restyle would draw the whole scene again.

let drawn = null;
/** Whether this browser draws in space at all: without WebGL it does not. Asked once, for contexts are few. */
export function drawsInSpace() {
  if (drawn === null) {
    const context = document.createElement("canvas").getContext("webgl");
    drawn = context !== null;
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return drawn;
}

/** Pixels [x, y] within the scene's own frame for a point [x, y, z] of its data. */
export function onScreen(scene, point) {
  const { model, view, projection } = scene.glplot.cameraParams;
  const scaled = [...point.map((value, k) => value * scene.dataScale[k]), 1];
  const [x, y, , w] = [model, view, projection].reduce(transform, scaled);
  const { clientWidth, clientHeight } = scene.container;
  return [(0.5 + (0.5 * x) / w) * clientWidth, (0.5 - (0.5 * y) / w) * clientHeight];
}

/** Call ``then`` whenever the scene was drawn, as while it is being turned: no event of Plotly's tells of every frame. */
export function afterEachFrame(scene, then) {
  const before = scene.glplot.onrender;
  scene.glplot.onrender = (...given) => {
    before?.(...given);
    then();
  };
}

/** A 4 × 4 matrix, column by column as WebGL keeps it, times a vector. */
function transform(vector, matrix) {
  return [0, 1, 2, 3].map((row) => vector.reduce((sum, value, k) => sum + matrix[4 * k + row] * value, 0));
}
