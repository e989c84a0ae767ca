// Moves the reader's sliders over points that were worked out beforehand; nothing is computed here.
// Where a slider stands between two values, the points around it are told, and nothing is made up in between.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("slider-points").textContent);
  const panel = document.getElementById("sliders-live");
  const inputs = data.axes.map((_, k) => document.getElementById(`slider-${k}`));
  const shown = (name) => document.getElementById(`sliders-${name}`);
  const MARKS = { sustainable: "\u2713", unsustainable: "\u2717", undecided: "?" };
  const WIDTH = 640, HEIGHT = 190, LEFT = 58, RIGHT = 10, TOP = 10, BOTTOM = 24;

  // The point at a place of each axis; points are stored row-major.
  const at = (places) => data.points[places.reduce((sum, j, k) => sum * data.axes[k].words.length + j, 0)];

  // The points around where the sliders stand: one where all stand on a value, else each way to step aside.
  function around(positions) {
    return positions.reduce((found, position) => {
      const ends = [...new Set([Math.floor(position), Math.ceil(position)])];
      return found.flatMap((places) => ends.map((end) => [...places, end]));
    }, [[]]);
  }

  function word(k, position) {
    const words = data.axes[k].words, below = Math.floor(position);
    return position === below ? words[below] : `between ${words[below]} and ${words[below + 1]}`;
  }

  const told = (point) => point.h + (point.p ? ` (${point.p})` : "");

  // What differs between points around: the values of those axes that stand between two.
  function place(places, positions) {
    return places.flatMap((j, k) => Number.isInteger(positions[k]) ? [] : [data.axes[k].words[j]]).join("; ");
  }

  function say(positions) {
    const places = around(positions), points = places.map(at);
    if (points.length === 1) {
      const [point] = points;
      return {
        answer: point.a, headline: told(point), lines: point.l, points,
        detail: [point.m && `Margin: ${point.m}.`, point.w && `In worlds: ${point.w}.`].filter(Boolean),
      };
    }
    const same = points.every((point) => point.h === points[0].h);
    const detail = points.length === 2
      ? points.map((point, n) => `At ${place(places[n], positions)}: ${point.c}${point.p && `, ${point.p}`}` +
          (point.m && `, margin ${point.m}`) + ".")
      : [...new Set(points.map((point) => point.c))].map((cell) => {
          const mine = points.filter((point) => point.c === cell);
          const proved = mine.filter((point) => point.p === "proved").length;
          return `${mine.length} of ${points.length}: ${cell} (${proved} proved).`;
        });
    const between = points.length === 2 ? "Between two computed points" : `Between ${points.length} computed points`;
    return {
      answer: "undecided", lines: [], points: points.length === 2 ? points : [], detail,
      headline: `${between}: ${same ? `all around, ${points[0].c}` : "the answer changes here"}`,
    };
  }

  // One scale for all points, so that lines move and not the axis.
  const values = data.points.flatMap((point) => point.t.flat()).filter((value) => value !== null);
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const longest = Math.max(2, ...data.points.flatMap((point) => point.t.map((line) => line.length)));
  const x = (year) => LEFT + (WIDTH - LEFT - RIGHT) * (year / (longest - 1));
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * ((high - value) / (high - low || 1));

  function drawn(tag, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text !== undefined) node.textContent = text;
    return node;
  }

  // A line is interrupted where a year has no value.
  function path(line) {
    let pen = "M";
    return line.map((value, year) => {
      if (value === null) { pen = "M"; return ""; }
      const step = `${pen}${x(year).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return step;
    }).join("");
  }

  const label = (value) => (value > 0 ? "+" : value < 0 ? "\u2212" : "") + Math.abs(Number(value.toPrecision(2)));
  const figure = shown("figure"), canvas = shown("line");
  const frame = drawn("g", {}), lines = drawn("g", {});
  frame.append(drawn("rect", { x: LEFT, y: y(0), width: WIDTH - LEFT - RIGHT, height: y(low) - y(0), class: "below" }));
  frame.append(drawn("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(0), y2: y(0), class: "zero" }));
  for (const value of [high, 0, low].filter((one, n, all) => all.indexOf(one) === n)) {
    if (value === 0 || Math.abs(y(value) - y(0)) > 14) {
      frame.append(drawn("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, label(value)));
    }
  }
  const step = Math.max(1, Math.ceil(longest / 12));
  for (let year = 0; year < longest; year += step) {
    frame.append(drawn("text", { x: x(year), y: HEIGHT - 6, "text-anchor": "middle" }, String(year + 1)));
  }
  canvas.append(frame, lines);

  function draw({ points, lines: words }) {
    const any = points.filter((point) => point.t.length);
    figure.hidden = !values.length;
    lines.replaceChildren(...any.flatMap((point) => point.t.map((line, i) =>
      drawn("path", { d: path(line), class: `party party-${(i % 6) + 1}${any.length > 1 ? " around" : ""}` }))));
    const said = any.length > 1 ? data.parties.map((name) => `${name}: the lines of the two points around`)
      : words.length ? words : ["No lines here: between points, or not known."];
    shown("lowest").replaceChildren(...said.map((text, i) => {
      const item = document.createElement("li");
      if (any.length) item.className = `party-${(i % 6) + 1}`;
      item.textContent = text;
      return item;
    }));
    canvas.setAttribute("aria-label", said.join(". "));
  }

  function redraw() {
    const positions = inputs.map((input) => Number(input.value));
    const found = say(positions);
    positions.forEach((position, k) => {
      inputs[k].setAttribute("aria-valuetext", word(k, position));
      document.getElementById(`slider-${k}-now`).textContent = word(k, position);
    });
    const own = positions.every((position, k) => position === data.axes[k].at);
    panel.dataset.answer = found.answer;
    shown("mark").textContent = MARKS[found.answer];
    shown("mark").className = "badge";
    shown("answer").className = found.answer;
    shown("headline").textContent = (own ? "As the text stands: " : "") + found.headline;
    shown("detail").textContent = found.detail.join(" ");
    shown("reset").disabled = own;
    draw(found);
  }

  inputs.forEach((input) => input.addEventListener("input", redraw));
  shown("reset").addEventListener("click", () => {
    inputs.forEach((input, k) => { input.value = data.axes[k].at; });
    redraw();
    inputs[0].focus();
  });
  inputs.forEach((input, k) => { input.value = data.axes[k].at; });
  redraw();
  document.getElementById("sliders").classList.add("moving");
})();
