// A lesson's answers, kept by the browser until its tab is closed: a page that is loaded anew gives them again.
const NAME = "rnnviz answer ";

/** What was answered at a step; null where nothing was, or where the browser keeps nothing. */
export function kept(step) {
  try {
    return JSON.parse(sessionStorage.getItem(NAME + step));
  } catch {
    return null;
  }
}

/** Returns what sends an answer, with its step. One that was given before the page was loaded is sent at once. */
export function answering(step, stage) {
  const before = kept(step);
  if (before) queueMicrotask(() => stage.tell("answer", { step, answer: before })); // a stage can tell once it is built
  return (answer) => {
    try {
      sessionStorage.setItem(NAME + step, JSON.stringify(answer));
    } catch {
      // then it is only sent
    }
    stage.tell("answer", { step, answer });
  };
}
