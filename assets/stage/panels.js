// Every kind of view that a page can put on the stage: create(body, panel, stage) -> { draw(now, before), destroy?() }.
// A view is made once and drawn whenever something else is looked at: now and before are { step, unit, snapshot }, all
// that is chosen and what was drawn last. Before is {} when everything is to be drawn, at first and in another theme.
import { createChart } from "./chart.js";
import { createDatapath } from "./datapath.js";
import { createDiagram } from "./diagram.js";
import { createEquations } from "./equations.js";
import { createGrid } from "./grid.js";
import { createMatrices } from "./matrices.js";
import { createMissing } from "./missing.js";
import { createProbabilities } from "./probabilities.js";
import { createReadings } from "./readings.js";
import { createSentence } from "./sentence.js";
import { createShares } from "./shares.js";
import { createSides } from "./sides.js";
import { createStrip } from "./strip.js";

export const PANELS = {
  chart: createChart,
  datapath: createDatapath,
  diagram: createDiagram,
  equations: createEquations,
  grid: createGrid,
  matrices: createMatrices,
  missing: createMissing,
  probabilities: createProbabilities,
  readings: createReadings,
  sentence: createSentence,
  shares: createShares,
  sides: createSides,
  strip: createStrip,
};
