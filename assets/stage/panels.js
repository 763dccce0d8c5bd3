// Every kind of view that a page can put on the stage: create(body, panel, stage) -> { draw(now, before), destroy?() }.
// A view is made once and drawn whenever something else is looked at: now and before are { step, unit, snapshot }, all
// that is chosen and what was drawn last. Before is {} when everything is to be drawn, at first and in another theme.
import { createBatch } from "./batch.js";
import { createAlike } from "./finding/alike.js";
import { createUnitFinder } from "./finding/unit_finder.js";
import { createAlignment } from "./alignment.js";
import { createCandidates } from "./candidates.js";
import { createChart } from "./chart.js";
import { createCompass } from "./compass.js";
import { createDatapath } from "./datapath.js";
import { createDiagram } from "./diagram.js";
import { createEmbedding } from "./embedding.js";
import { createEquations } from "./equations.js";
import { createGrid } from "./grid.js";
import { createScale } from "./legend.js";
import { createKeyValue } from "./key_value.js";
import { createLesson } from "./lesson.js";
import { createLikeliest } from "./likeliest.js";
import { createMatrices } from "./matrices.js";
import { createMissing } from "./missing.js";
import { createNextSymbol } from "./next_symbol.js";
import { createOpenedState } from "./opened_state.js";
import { createOwnLesson } from "./own_lesson.js";
import { createPad } from "./pad.js";
import { createPlanes } from "./planes.js";
import { createProbabilities } from "./probabilities.js";
import { createRadius } from "./radius.js";
import { createReadings } from "./readings.js";
import { createReservoir } from "./reservoir.js";
import { createScan } from "./scan.js";
import { createScores } from "./scores.js";
import { createSentence } from "./sentence.js";
import { createShares } from "./shares.js";
import { createSides } from "./sides.js";
import { createStateMatrix } from "./state_matrix.js";
import { createStrip } from "./strip.js";
import { createSweep } from "./sweep.js";
import { createTable } from "./table.js";
import { createSnapshots } from "./training.js";
import { createWayBack } from "./way_back.js";
import { createWheel } from "./wheel.js";
import { createWeightSums } from "./weight_sums.js";
import { createWritten } from "./written.js";
import { createGate } from "./scenes/gate.js";
import { createGuess } from "./scenes/guess.js";
import { createLoop } from "./scenes/loop.js";
import { createMixture } from "./scenes/mixture.js";
import { createOrder } from "./scenes/order.js";
import { createPulse } from "./scenes/pulse.js";
import { createQuestion } from "./scenes/question.js";

export const PANELS = {
  batch: createBatch,
  alignment: createAlignment,
  alike: createAlike,
  candidates: createCandidates,
  chart: createChart,
  compass: createCompass,
  datapath: createDatapath,
  diagram: createDiagram,
  embedding: createEmbedding,
  equations: createEquations,
  gate: createGate,
  grid: createGrid,
  guess: createGuess,
  key_value: createKeyValue,
  loop: createLoop,
  lesson: createLesson,
  likeliest: createLikeliest,
  matrices: createMatrices,
  missing: createMissing,
  mixture: createMixture,
  order: createOrder,
  next_symbol: createNextSymbol,
  opened_state: createOpenedState,
  own_lesson: createOwnLesson,
  pad: createPad,
  planes: createPlanes,
  probabilities: createProbabilities,
  pulse: createPulse,
  question: createQuestion,
  radius: createRadius,
  readings: createReadings,
  reservoir: createReservoir,
  scale: createScale,
  scan: createScan,
  scores: createScores,
  sentence: createSentence,
  shares: createShares,
  sides: createSides,
  snapshots: createSnapshots,
  state_matrix: createStateMatrix,
  strip: createStrip,
  table: createTable,
  sweep: createSweep,
  unit_finder: createUnitFinder,
  way_back: createWayBack,
  weight_sums: createWeightSums,
  wheel: createWheel,
  written: createWritten,
};
