// QR codes of version 1, level Q (ISO/IEC 18004): 21 by 21 squares for at most 16 digits, capitals and a few signs.
// One size is enough for the codes of this page, and leaves out every table that larger ones need.

const QR = (() => {
  const SIZE = 21, DATA = 13, CORRECTION = 13;
  const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

  // The field of 256 elements: powers of 2 modulo x^8 + x^4 + x^3 + x^2 + 1, and their logarithms.
  const POWER = [1], LOG = [];
  for (let k = 0; k < 255; k++) {
    LOG[POWER[k]] = k;
    const next = POWER[k] << 1;
    POWER.push(next > 255 ? next ^ 0x11d : next);
  }
  const times = (a, b) => (a && b ? POWER[(LOG[a] + LOG[b]) % 255] : 0);

  /** The remainder by (x - 1)(x - 2)(x - 4)…: what lets a reader mend one square in four. */
  function correction(data) {
    let generator = [1];
    for (let k = 0; k < CORRECTION; k++) {
      generator = [...generator, 0].map((c, i) => c ^ times(generator[i - 1] ?? 0, POWER[k]));
    }
    const rest = [...data, ...new Array(CORRECTION).fill(0)];
    for (let k = 0; k < data.length; k++) {
      const lead = rest[k];
      generator.forEach((c, i) => { rest[k + i] ^= times(c, lead); });
    }
    return rest.slice(data.length);
  }

  /** The text as 26 codewords: mode, length, pairs of signs in 11 bits, padding, correction. */
  function codewords(text) {
    const put = (value, width) => value.toString(2).padStart(width, "0");
    let bits = put(2, 4) + put(text.length, 9);
    for (let k = 0; k < text.length; k += 2) {
      const [a, b] = [SIGNS.indexOf(text[k]), k + 1 < text.length ? SIGNS.indexOf(text[k + 1]) : null];
      bits += b === null ? put(a, 6) : put(45 * a + b, 11);
    }
    bits += "0".repeat(Math.min(4, 8 * DATA - bits.length));
    bits = bits.padEnd(8 * Math.ceil(bits.length / 8), "0");
    const data = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
    for (let k = 0; data.length < DATA; k++) data.push(k % 2 ? 0x11 : 0xec);
    return [...data, ...correction(data)];
  }

  /** The squares that are the same in every code; null where the text goes. */
  function frame() {
    const grid = Array.from({ length: SIZE }, () => new Array(SIZE).fill(null));
    const corner = (top, left) => {
      for (let y = -1; y <= 7; y++) {
        for (let x = -1; x <= 7; x++) {
          if (grid[top + y]?.[left + x] === undefined) continue;
          const ring = Math.max(Math.abs(y - 3), Math.abs(x - 3));
          grid[top + y][left + x] = ring === 3 || ring < 2;
        }
      }
    };
    corner(0, 0); corner(0, SIZE - 7); corner(SIZE - 7, 0);
    for (let k = 8; k < SIZE - 8; k++) grid[6][k] = grid[k][6] = k % 2 === 0;
    // Room for the format, which is written once the mask is chosen.
    for (let k = 0; k < 9; k++) {
      grid[8][k] ??= false; grid[k][8] ??= false;
      if (k < 8) { grid[8][SIZE - 1 - k] ??= false; grid[SIZE - 1 - k][8] ??= false; }
    }
    return grid;
  }

  const MASKS = [
    (y, x) => (y + x) % 2 === 0,
    (y) => y % 2 === 0,
    (y, x) => x % 3 === 0,
    (y, x) => (y + x) % 3 === 0,
    (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2 === 0,
    (y, x) => (y * x) % 2 + (y * x) % 3 === 0,
    (y, x) => ((y * x) % 2 + (y * x) % 3) % 2 === 0,
    (y, x) => ((y + x) % 2 + (y * x) % 3) % 2 === 0,
  ];

  /** Level and mask in 15 bits that correct themselves, written twice. */
  function writeFormat(grid, mask) {
    const said = (3 << 3) | mask;
    let rest = said << 10;
    for (let k = 14; k >= 10; k--) if ((rest >> k) & 1) rest ^= 0x537 << (k - 10);
    const bits = ((said << 10) | rest) ^ 0x5412;
    for (let k = 0; k < 15; k++) {
      const dark = ((bits >> k) & 1) === 1;
      grid[k < 6 ? k : k < 8 ? k + 1 : SIZE - 15 + k][8] = dark;
      grid[8][k < 8 ? SIZE - 1 - k : k === 8 ? 7 : 14 - k] = dark;
    }
    grid[SIZE - 8][8] = true;
  }

  /** How hard a code is to read: long runs, blocks, what looks like a corner, too much of one shade. */
  function penalty(grid) {
    let sum = 0, dark = 0;
    const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]))];
    for (const line of lines) {
      const text = line.map(Number).join("");
      for (const run of text.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
      for (let k = text.indexOf("1011101"); k >= 0; k = text.indexOf("1011101", k)) {
        // The margin around the code counts as light; a pattern that counted is not shared with the next one.
        const before = text.slice(Math.max(0, k - 4), k), after = text.slice(k + 7, k + 11);
        const counts = !before.includes("1") || !after.includes("1");
        sum += counts ? 40 : 0;
        k += counts ? 7 : 4;
      }
    }
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const shade = grid[y][x];
        dark += Number(shade);
        if (y && x && grid[y - 1][x] === shade && grid[y][x - 1] === shade && grid[y - 1][x - 1] === shade) sum += 3;
      }
    }
    return sum + 10 * Math.floor(Math.abs(20 * dark / SIZE ** 2 - 10));
  }

  /** Rows of true (dark) and false; ``mask`` 0 to 7, else the one that is read most easily. */
  function matrix(text, mask = null) {
    if (text.length > 16 || [...text].some((sign) => !SIGNS.includes(sign))) throw new RangeError("not for this size of code");
    const bits = codewords(text).flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((k) => (byte >> k) & 1));
    const drawn = (which) => {
      const grid = frame();
      let next = 0;
      // Up and down in columns two wide, from the right, past the column that keeps time.
      for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
        if (right === 6) right = 5;
        for (let k = 0; k < SIZE; k++) {
          const y = up ? SIZE - 1 - k : k;
          for (const x of [right, right - 1]) {
            if (grid[y][x] === null) grid[y][x] = (bits[next++] === 1) !== MASKS[which](y, x);
          }
        }
      }
      return grid;
    };
    // The standard weighs masks before the format is written.
    const weights = MASKS.map((_, which) => penalty(drawn(which)));
    const chosen = mask ?? weights.indexOf(Math.min(...weights));
    const grid = drawn(chosen);
    writeFormat(grid, chosen);
    return grid;
  }

  return { matrix };
})();
