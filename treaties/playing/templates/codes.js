// The code that a pair hands in: twelve signs that hold what it drafted, foresaw and signed, and two of them check the rest.
// Ten signs of five bits carry 50 bits; the last two are those of a Reed-Solomon code over 32 elements, so that any one or
// two wrong signs, and any two exchanged, are noticed. The file's own mark is added to them: codes of another file are refused.

const Codes = (() => {
  // Without I, L, O and U, which are taken for other signs (Crockford's base 32).
  const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const LENGTH = 12;

  /** Fields in order, with their widths in bits: 50 in all. Zero for `sure` says that nothing was foretold. */
  const FIELDS = [
    ["pair", 6], ["drafted", 10], ["signed", 10],
    ["who", 3], ["year", 6], ["sure", 3],
    ["whoThen", 3], ["yearThen", 6], ["sureThen", 3],
  ];

  // Powers of 2 in the field of 32 elements, modulo x^5 + x^2 + 1.
  const POWER = [1];
  for (let k = 1; k < 31; k++) {
    const next = POWER[k - 1] << 1;
    POWER.push(next > 31 ? next ^ 0x25 : next);
  }
  const times = (a, b) => (a && b ? POWER[(POWER.indexOf(a) + POWER.indexOf(b)) % 31] : 0);

  /** The two signs that make both sums, plain and weighted by powers of 2, vanish. */
  function checks(signs) {
    let plain = 0, weighted = 0;
    signs.forEach((sign, k) => { plain ^= sign; weighted ^= times(sign, POWER[k + 2]); });
    // Solve a + b = plain, a + 2 b = weighted: b (1 + 2) = plain + weighted, and 1 + 2 = 3 has the inverse below.
    const b = times(plain ^ weighted, INVERSE_OF_3);
    return [plain ^ b, b];
  }
  const INVERSE_OF_3 = Array.from({ length: 31 }, (_, k) => k + 1).find((k) => times(k, 3) === 1);

  /** Ten bits from the file's mark (any text), that differ between files as a rule. */
  function mark(text) {
    let sum = 0x811c9dc5;
    for (const sign of text) sum = Math.imul(sum ^ sign.codePointAt(0), 0x01000193) >>> 0;
    return [(sum >>> 5) & 31, sum & 31];
  }

  /** The code of `said` ({pair: 0…, drafted, signed, who…}), whose fields fit their widths. */
  function written(said, file) {
    const bits = FIELDS.map(([name, width]) => {
      const value = said[name] ?? 0;
      if (!Number.isInteger(value) || value < 0 || value >= 2 ** width) throw new RangeError(`${name} does not fit: ${value}`);
      return value.toString(2).padStart(width, "0");
    }).join("");
    const signs = bits.match(/.{5}/g).map((five) => parseInt(five, 2));
    const own = mark(file);
    return [...signs, ...checks(signs).map((sign, k) => sign ^ own[k])].map((sign) => SIGNS[sign]).join("");
  }

  /** What a code says, or null if a sign is wrong or it belongs to another file. Blanks, hyphens and small letters are welcome. */
  function read(text, file) {
    const plain = text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    const signs = [...plain].map((sign) => SIGNS.indexOf(sign));
    if (signs.length !== LENGTH || signs.includes(-1)) return null;
    const own = mark(file), data = signs.slice(0, 10);
    if (checks(data).some((sign, k) => (sign ^ own[k]) !== signs[10 + k])) return null;
    let bits = data.map((sign) => sign.toString(2).padStart(5, "0")).join("");
    const said = {};
    for (const [name, width] of FIELDS) {
      said[name] = parseInt(bits.slice(0, width), 2);
      bits = bits.slice(width);
    }
    return said;
  }

  /** The name of a pair: A, B, … Z, then A2, B2, … */
  const pairName = (pair) => SIGNS_OF_PAIRS[pair % 26] + (pair < 26 ? "" : Math.floor(pair / 26) + 1);
  const SIGNS_OF_PAIRS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** Four and four and four, as it is read aloud. */
  const grouped = (code) => code.match(/.{4}/g).join("-");

  return { written, read, pairName, grouped, PAIRS: 2 ** 6, LENGTH };
})();
