// What an equation gives when it is worked out with the numbers as they are written. A number is [real, imaginary].

const TOKENS = /#\d+|\d+|exp|max|[+−×÷^(),]/g;
const UNRAISED = { "⁻": "-", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((sign, digit) => [sign, digit])) };

/** The number that a text shows: "−0.031" or "1.5×10⁻⁷". */
export function numberIn(text) {
  return Number(text.trim().replace("−", "-").replace("×10", "e").replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (sign) => UNRAISED[sign]));
}

const times = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const plus = ([a, b], [c, d], sign = 1) => [a + sign * c, b + sign * d];

/** The right side of an equation: "#2" in ``text`` stands for ``values[2]``. */
export function workedOut(text, values) {
  const tokens = text.match(TOKENS);
  let at = 0;
  const takes = (token) => tokens[at] === token && Boolean(++at);

  function sum() {
    let all = product();
    for (;;) {
      if (takes("+")) all = plus(all, product());
      else if (takes("−")) all = plus(all, product(), -1);
      else return all;
    }
  }

  function product() {
    let all = power();
    for (;;) {
      if (takes("×")) all = times(all, power());
      else if (takes("÷")) all = times(all, [1 / power()[0], 0]);
      else return all;
    }
  }

  function power() {
    const base = single();
    return takes("^") ? [base[0] ** power()[0], 0] : base;
  }

  function single() {
    const token = tokens[at++];
    if (token.startsWith("#")) return values[Number(token.slice(1))];
    if (/\d/.test(token)) return [Number(token), 0];
    if (token !== "(") at++; // the bracket of a function
    const inner = [sum()];
    while (takes(",")) inner.push(sum());
    at++; // the closing bracket
    if (token === "exp") return [Math.exp(inner[0][0]), 0];
    return token === "max" ? [Math.max(...inner.map(([real]) => real)), 0] : inner[0];
  }

  return sum();
}
