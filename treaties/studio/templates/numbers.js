// Numbers as text, as briefings tell them: three significant digits, a true minus sign, thousands set apart.

const MINUS = "\u2212";

/** A number for the reader; a dash where there is none. */
export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "unbounded" : MINUS + "unbounded";
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  const told = size !== 0 && (size >= 1e15 || size < 1e-9)
    ? size.toExponential().replace("e+", "e").replace("e-", "e" + MINUS)
    : size.toLocaleString("en", { maximumFractionDigits: 12, useGrouping: true });
  return (rounded < 0 ? MINUS : "") + told;
}

/** A number with its sign. */
export function signed(value) {
  return value > 0 ? "+" + number(value) : number(value);
}

/** A number with its sign and unit; a currency code goes in front. */
export function money(value, unit) {
  const currency = /^([A-Z]{3}|[€£$¥]) ?(.*)/.exec(unit || "");
  return currency ? `${currency[1]} ${signed(value)} ${currency[2]}`.trim() : `${signed(value)} ${unit || ""}`.trim();
}

/** How a number changed, in words that need no colour; nothing where it did not, at three digits. */
export function change(before, now) {
  if (typeof before !== "number" || typeof now !== "number") return "";
  const by = now - before;
  if (number(before) === number(now)) return "unchanged";
  return `${by > 0 ? "▲" : "▼"} ${signed(by)}`;
}
