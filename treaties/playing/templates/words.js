// Numbers and names as the page says them: three digits, a true minus sign, the unit every time.

/** Three significant digits, thousands set apart. */
function number(value) {
  if (value === null || value === undefined) return "unknown";
  const text = Math.abs(Number(value.toPrecision(3))).toLocaleString("en-GB", { maximumFractionDigits: 6 });
  return (value < 0 && text !== "0" ? "−" : "") + text;
}

/** A number in a unit; a currency goes in front: "EUR 3.2 million". */
function amount(value, unit) {
  const currency = /^([A-Z]{3}|[€£$¥]) ?(.*)$/.exec(unit);
  return (currency ? `${currency[1]} ${number(value)} ${currency[2]}` : `${number(value)} ${unit}`).trim();
}

/** "Norland", "Norland and Sundmark", "A, B and C". */
function listed(names, word = "and") {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}

const percent = (share) => `${Math.round(100 * share)} %`;
const uncapital = (text) => text.charAt(0).toLowerCase() + text.slice(1);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const ended = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
