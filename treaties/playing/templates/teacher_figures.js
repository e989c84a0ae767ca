// Pictures for the class: all designs with the pairs' letters on them, and how right how sure a class was.

/** Values of two parties under every design; the line joins those that are kept and that no kept one beats for both. */
function frontierDrawing(table, pairs, a, b) {
  const { data } = table, W = 760, H = 480, left = 76, right = 20, top = 16, bottom = 56;
  const points = [];
  for (let design = 0; design < table.count; design++) {
    const values = table.values(design);
    if (typeof values[a] === "number" && typeof values[b] === "number") points.push({ design, x: values[a], y: values[b], verdict: table.verdict(design) });
  }
  if (!points.length) return h("p", { class: "none" }, "No values are known.");
  const range = (values) => {
    const low = Math.min(...values), high = Math.max(...values), room = Math.max((high - low) * 0.06, Math.abs(high) * 0.01, 1e-9);
    return [low - room, high + room];
  };
  const [x0, x1] = range(points.map((point) => point.x)), [y0, y1] = range(points.map((point) => point.y));
  const x = (value) => left + ((value - x0) / (x1 - x0)) * (W - left - right);
  const y = (value) => top + ((y1 - value) / (y1 - y0)) * (H - top - bottom);
  const kinds = ["no", "yes", "unknown", "unknown"];
  const kind = (design) => (table.lasts(design) ? "while" : kinds[table.verdict(design)]);
  // Those that are broken first, so that what is kept lies on top.
  const order = [...points].sort((p, q) => Number(p.verdict === YES) - Number(q.verdict === YES));
  const best = [];
  for (const point of points.filter((p) => p.verdict === YES).sort((p, q) => q.x - p.x || q.y - p.y)) {
    if (!best.length || point.y > best.at(-1).y) best.push(point);
  }
  const places = new Map();
  for (const pair of pairs) {
    const values = table.values(pair.signed);
    if (values[a] === undefined) continue;
    const key = `${x(values[a]).toFixed(0)} ${y(values[b]).toFixed(0)} ${kind(pair.signed)}`;
    places.set(key, { x: x(values[a]), y: y(values[b]), names: [...(places.get(key)?.names ?? []), pair.name], kind: kind(pair.signed) });
  }
  return drawing(W, H, `Values of ${data.parties[a].name} and ${data.parties[b].name} under every draft, with the pairs’ letters`,
    ticks(x0, x1).map((value) => [s("path", { d: `M${x(value)} ${top} V${H - bottom}`, class: "grid" }),
      s("text", { x: x(value), y: H - bottom + 20, "text-anchor": "middle", class: "soft" }, number(value))]),
    ticks(y0, y1).map((value) => [s("path", { d: `M${left} ${y(value)} H${W - right}`, class: "grid" }),
      s("text", { x: left - 8, y: y(value) + 5, "text-anchor": "end", class: "soft" }, number(value))]),
    s("text", { x: W - right, y: H - 8, "text-anchor": "end" }, `${data.parties[a].name} ▶`),
    s("text", { x: 16, y: top + 4, transform: `rotate(-90 16 ${top})`, "text-anchor": "end" }, `${data.parties[b].name} ▶`),
    order.map((point) => s("circle", { cx: x(point.x).toFixed(1), cy: y(point.y).toFixed(1), r: 4, class: `point ${kind(point.design)}` })),
    s("path", { d: best.map((point, k) => `${k ? "L" : "M"}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join(" "), class: "frontier" }),
    labels([...places.values()], W, H).map(({ at, text, x: lx, y: ly, width, kind: of }) => [
      s("path", { d: `M${at[0]} ${at[1]} L${lx + width / 2} ${ly + 12}`, class: "leader" }),
      s("circle", { cx: at[0], cy: at[1], r: 6, class: `point pair ${of}` }),
      s("rect", { x: lx, y: ly, width, height: 24, rx: 5, class: `tag ${of}` }),
      s("text", { x: lx + width / 2, y: ly + 18, "text-anchor": "middle", class: "tag-text" }, text)]));
}

/** Places for labels near their points, none upon another: the first free one of growing rings. */
function labels(places, W, H) {
  const taken = [];
  return places.map(({ x, y, names, kind }) => {
    const text = names.join(" "), width = 14 + 10 * text.length;
    for (let radius = 26; ; radius += 18) {
      for (let turn = 0; turn < 12; turn++) {
        const angle = (-Math.PI / 2) + (turn % 2 ? 1 : -1) * Math.ceil(turn / 2) * (Math.PI / 6);
        const box = { x: x + radius * Math.cos(angle) - width / 2, y: y + radius * Math.sin(angle) - 12, width };
        const inside = box.x > 2 && box.y > 2 && box.x + width < W - 2 && box.y + 24 < H - 30;
        const free = taken.every((other) => box.x + width + 3 < other.x || other.x + other.width + 3 < box.x
          || box.y + 27 < other.y || other.y + 27 < box.y);
        if ((inside && free) || radius > 400) {
          taken.push(box);
          return { at: [x, y], text, kind, ...box };
        }
      }
    }
  });
}

/** How often predictions were right, by how sure they were said to be: [{sure, said, right}]. */
function calibrationDrawing(groups) {
  const W = 620, H = 440, left = 70, right = 24, top = 24, bottom = 58;
  const x = (sure) => left + ((sure - 0.45) / 0.58) * (W - left - right), y = (share) => top + ((1.04 - share) / 1.12) * (H - top - bottom);
  const most = Math.max(...groups.map((group) => group.said));
  const told = groups.map((group) => `${percent(group.sure)} sure: right ${group.right} of ${group.said}`).join("; ");
  return drawing(W, H, told,
    [0, 0.25, 0.5, 0.75, 1].map((share) => [s("path", { d: `M${left} ${y(share)} H${W - right}`, class: "grid" }),
      s("text", { x: left - 8, y: y(share) + 5, "text-anchor": "end", class: "soft" }, percent(share))]),
    SURENESS.map((sure) => s("text", { x: x(sure / 100), y: H - bottom + 22, "text-anchor": "middle", class: "soft" }, `${sure} %`)),
    s("text", { x: W - right, y: H - 8, "text-anchor": "end" }, "how sure ▶"),
    s("text", { x: 16, y: top, transform: `rotate(-90 16 ${top})`, "text-anchor": "end" }, "how often right ▶"),
    s("path", { d: `M${x(0.5)} ${y(0.5)} L${x(1)} ${y(1)}`, class: "diagonal" }),
    groups.map((group) => [
      s("circle", { cx: x(group.sure), cy: y(group.right / group.said), r: 13 + 9 * Math.sqrt(group.said / most), class: "disc" }),
      s("text", { x: x(group.sure), y: y(group.right / group.said) + 6, "text-anchor": "middle", class: "disc-text" }, group.said)]));
}
