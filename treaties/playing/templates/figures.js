// Pictures for pairs: stakes as coins, the margin on a line with the ghost of the last one, margins year by year.

/** A round value of one coin, so that the largest stake takes at most a dozen. */
function coinValue(values) {
  const most = Math.max(...values.map(Math.abs), 1e-9) / 12;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((k) => k * power).find((value) => value >= most * (1 - 1e-9));
}

/** Coins won (full) or lost (rings, crossed): halves are cut. */
function coins(value, each) {
  const count = Math.abs(value) / each, whole = Math.floor(count + 1e-9), part = count - whole;
  const kind = value < 0 ? "lost" : "won";
  const shapes = Array.from({ length: whole }, (_, k) => s("circle", { cx: 9 + 18 * k, cy: 10, r: 7, class: kind }));
  if (value < 0) shapes.push(...shapes.map((_, k) => s("path", { d: `M${4.5 + 18 * k} 14.5 l9 -9`, class: "cross" })));
  if (part > 0.05) {
    const x = 9 + 18 * whole, cut = s("clipPath", { id: `part${coins.count = (coins.count ?? 0) + 1}` },
      s("rect", { x: x - 8, y: 0, width: 16 * part, height: 20 }));
    shapes.push(cut, s("circle", { cx: x, cy: 10, r: 7, class: kind, "clip-path": `url(#part${coins.count})` }));
  }
  const width = 18 * Math.max(1, Math.ceil(count)) + 2;
  return s("svg", { viewBox: `0 0 ${width} 20`, width, height: 20, class: "coins", "aria-hidden": true }, ...shapes);
}

/** A line from "breaking pays" to "keeping pays": where the draft stands, and where the one before it stood. */
function marginLine(margin, before, unit) {
  const W = 460, middle = W / 2, reach = Math.max(Math.abs(margin), Math.abs(before ?? 0), 1e-9) * 1.25;
  const at = (value) => middle + (value / reach) * (middle - 20);
  // Near an end the words begin or end at the dot, however wide they are.
  const label = (x, y, text, kind) => {
    const near = x < W / 3 ? ["start", x - 11] : x > (2 * W) / 3 ? ["end", x + 11] : ["middle", x];
    return s("text", { x: near[1], y, "text-anchor": near[0], class: kind }, text);
  };
  const kind = margin < 0 ? "fails" : "holds";
  const told = `${amount(margin, unit)}${before === null ? "" : `; before: ${amount(before, unit)}`}`;
  return drawing(W, 132, `How much more keeping brings than the most tempting breach: ${told}`,
    s("rect", { x: 0, y: 58, width: middle, height: 16, class: "side-fails" }),
    s("rect", { x: middle, y: 58, width: middle, height: 16, class: "side-holds" }),
    s("path", { d: `M${middle} 48 V84`, class: "zero" }),
    s("text", { x: 4, y: 104, class: "soft" }, "◀ breaking pays"),
    s("text", { x: W - 4, y: 104, class: "soft", "text-anchor": "end" }, "keeping pays ▶"),
    before === null ? null : [
      s("circle", { cx: at(before), cy: 66, r: 11, class: "ghost" }),
      label(at(before), 126, `before: ${amount(before, unit)}`, "soft"),
    ],
    s("circle", { cx: at(margin), cy: 66, r: 11, class: kind }),
    label(at(margin), 36, amount(margin, unit), `big ${kind}`));
}

/** Steps of a round size on an axis from low to high, zero among them. */
function ticks(low, high, most = 5) {
  const rough = Math.max(high - low, 1e-9) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((value) => value >= rough * (1 - 1e-9));
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) out.push(k * step);
  return out;
}

/** What staying is worth more than leaving, by year: with later years kept, with later years lost, and in the draft before. */
function yearLines(lines, unit, period) {
  const all = Object.values(lines).flat().filter((value) => typeof value === "number");
  const years = Math.max(...Object.values(lines).map((line) => line?.length ?? 0));
  const W = 640, H = 300, left = 64, right = 12, top = 14, bottom = 44;
  const low = Math.min(0, ...all), high = Math.max(0, ...all, low + 1e-9);
  const x = (k) => left + (years === 1 ? 0.5 : k / (years - 1)) * (W - left - right);
  const y = (value) => top + ((high - value) / (high - low)) * (H - top - bottom);
  const path = (line) => line.map((value, k) => [value, k]).filter(([value]) => value !== null)
    .map(([value, k], n) => `${n ? "L" : "M"}${x(k).toFixed(1)} ${y(value).toFixed(1)}`).join(" ");
  const shown = ticks(1, years, 10).filter((year) => Number.isInteger(year) && year >= 1);
  const drawn = [["ghost", lines.before], ["lost", lines.lost], ["kept", lines.kept]].filter(([, line]) => line?.length);
  return drawing(W, H, `Staying minus leaving, ${period} by ${period}, in ${unit}`,
    ticks(low, high).map((value) => [
      s("path", { d: `M${left} ${y(value)} H${W - right}`, class: Math.abs(value) < 1e-12 ? "zero" : "grid" }),
      s("text", { x: left - 8, y: y(value) + 5, "text-anchor": "end", class: "soft" }, number(value)),
    ]),
    shown.map((year) => s("text", { x: x(year - 1), y: H - bottom + 20, "text-anchor": "middle", class: "soft" }, year)),
    s("text", { x: W - right, y: H - 4, "text-anchor": "end", class: "soft" }, `${period} after signature`),
    drawn.map(([kind, line]) => [
      s("path", { d: path(line), class: `line ${kind}` }),
      kind === "ghost" ? null : line.map((value, k) =>
        value === null ? null : s("circle", { cx: x(k), cy: y(value), r: 4, class: `dot ${kind}` })),
    ]));
}

/** The QR code of a text, with the light margin that a camera needs. */
function qrDrawing(text) {
  const squares = QR.matrix(text).flatMap((row, y) =>
    row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : "")).filter(Boolean));
  return s("svg", { viewBox: "0 0 29 29", role: "img", "aria-label": "QR code of the same twelve signs", class: "qr" },
    s("rect", { width: 29, height: 29, fill: "#fff" }), s("path", { d: squares.join(""), fill: "#000" }));
}
