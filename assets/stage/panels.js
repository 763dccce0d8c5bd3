// Every kind of view that a page can put on the stage. A view is made once and drawn at every step:
// create(body, panel, stage) -> { draw(unitChanged), destroy?() }.
import { createChart } from "./chart.js";
import { createDiagram } from "./diagram.js";
import { createEquations } from "./equations.js";
import { createMatrices } from "./matrices.js";
import { createProbabilities } from "./probabilities.js";
import { createSentence } from "./sentence.js";
import { createShares } from "./shares.js";
import { createStrip } from "./strip.js";

export const PANELS = {
  chart: createChart,
  diagram: createDiagram,
  equations: createEquations,
  matrices: createMatrices,
  probabilities: createProbabilities,
  sentence: createSentence,
  shares: createShares,
  strip: createStrip,
};
