// The teacher's view (`#class`): codes in, the class's treaties and predictions out, to be projected.

/** Codes in a text, one a line or several: {pairs: what each pair handed in, last one first to count, problems: [text]}. */
function handedIn(table, text) {
  const pairs = new Map(), problems = [];
  text.split("\n").forEach((line, k) => {
    const whole = line.trim() && Codes.read(line, table.mark) ? [line] : line.split(/[\s,;]+/).filter(Boolean);
    for (const code of whole) {
      const found = Codes.read(code, table.mark), place = `Line ${k + 1}, “${code.slice(0, 24)}”`;
      const length = code.replace(/[\s-]/g, "").length;
      if (!found) {
        problems.push(length === Codes.LENGTH
          ? `${place}: a sign is wrong, or it is the code of another treaty’s page. Compare it with the pair’s screen.`
          : `${place}: a code has ${Codes.LENGTH} signs, this has ${length}.`);
        continue;
      }
      if (found.signed >= table.count || found.drafted >= table.count) {
        problems.push(`${place}: names a design that this page does not have. Is it the same file?`);
        continue;
      }
      const name = Codes.pairName(found.pair);
      if (pairs.has(name)) problems.push(`${place}: pair ${name} handed in more than once; the last code counts.`);
      pairs.set(name, {
        name, drafted: found.drafted, signed: found.signed,
        predictions: [
          [found.drafted, unpackedPrediction(found.who, found.year, found.sure)],
          // Of an amendment that was not signed the code does not say what it was.
          [found.signed, found.signed === found.drafted ? null : unpackedPrediction(found.whoThen, found.yearThen, found.sureThen)],
        ].filter(([, prediction]) => prediction),
      });
    }
  });
  return { pairs: [...pairs.values()].sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1)), problems };
}

/** Wrong lines are told one by one as long as a class can read them. */
const SHOWN_PROBLEMS = 5;

function teacherView(table) {
  const { data } = table, place = `servanda-class ${table.mark}`;
  const attempt = (what) => { try { return what(); } catch { return null; } };
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(place))) ?? { text: "", blocks: [], view: "frontier", axes: [0, 1], sides: [0, 1] };
  const problems = h("ul", { class: "problems" }), shown = h("section", { class: "shown", "aria-live": "polite" });
  const count = h("p", { class: "small", role: "status" });
  const codes = h("textarea", {
    id: "codes", rows: 7, spellcheck: "false", autocomplete: "off",
    oninput: (event) => { kept.text = event.target.value; draw(); },
  }, kept.text);

  const take = async (files) => {
    const faults = [];
    for (const file of files) {
      const log = await file.text().then(JSON.parse).catch(() => null);
      if (log?.format !== LOG_FORMAT) faults.push(`${file.name}: this is no file saved by this page.`);
      else if (log.source !== data.source) faults.push(`${file.name}: it belongs to another treaty, “${log.treaty}”.`);
      else {
        if (log.code) kept.text += `${kept.text && !kept.text.endsWith("\n") ? "\n" : ""}${Codes.grouped(log.code)}\n`;
        else faults.push(`${file.name}: pair ${log.pair} has signed nothing yet.`);
        for (const entry of log.log) if (entry.what === "off the grid" && !kept.blocks.includes(entry.block)) kept.blocks.push(entry.block);
      }
    }
    codes.value = kept.text;
    draw(faults);
  };
  const drop = h("label", {
    class: "drop", ondragover: (event) => event.preventDefault(),
    ondrop: (event) => { event.preventDefault(); take(event.dataTransfer.files); },
  }, "…or drop the pairs’ files here, or choose them: ",
    h("input", { type: "file", multiple: true, accept: ".json,application/json", onchange: (event) => take(event.target.files) }));

  const draw = (faults = []) => {
    attempt(() => sessionStorage.setItem(place, JSON.stringify(kept)));
    const found = handedIn(table, kept.text);
    const all = [...faults, ...found.problems], left = all.length - SHOWN_PROBLEMS;
    problems.replaceChildren(...all.slice(0, SHOWN_PROBLEMS).map((problem) => h("li", null, problem)),
      ...(left > 0 ? [h("li", null, `… and ${counted(left, "more remark")}.`)] : []));
    count.textContent = `${counted(found.pairs.length, "pair")} handed in.`;
    shown.replaceChildren(...[TEACHER_VIEWS[kept.view][1](table, found.pairs, kept, draw)].flat(9).filter(Boolean));
  };
  const views = choice("view", "Show", Object.entries(TEACHER_VIEWS).map(([name, [label]]) => [name, label]), kept.view,
    (name) => { kept.view = name; entry.open = false; draw(); }, { class: "choice tabs" });
  // Folded away once the class is shown: what is projected stands on top.
  const entry = h("details", { class: "in", open: !kept.text }, h("summary", null, "Codes of the pairs"),
    h("p", { class: "field" }, h("label", { for: "codes" }, "Paste the codes, one a line"), codes), drop,
    h("p", null, button("Show the class", () => { entry.open = false; }, { class: "primary" })));
  draw();
  return [
    h("h1", null, `The class: ${data.title}`),
    entry,
    h("div", { role: "alert" }, problems), count, views, shown,
    h("details", { class: "small" }, h("summary", null, "How this was worked out"), data.notes.map((note) => h("p", null, note)),
      h("p", null, h("a", { href: "#" }, "To the students’ page"))),
  ];
}

const TEACHER_VIEWS = {
  frontier: ["Frontier", frontierView],
  map: ["Map of two terms", mapView],
  sure: ["How sure, how right", calibrationView],
  who: ["Who breaks it", whoView],
  pairs: ["All pairs", pairsView],
  block: ["A draft off the grid", blockView],
};

/** A native select for one of several names. */
const pick = (id, label, names, chosen, changed) => h("span", { class: "field" }, h("label", { for: id }, `${label} `),
  h("select", { id, onchange: (event) => changed(Number(event.target.value)) },
    names.map((name, k) => h("option", { value: k, selected: k === chosen }, name))));

/** Keeps the focus on a select whose change draws its view anew. */
function refocused(draw, id) {
  draw();
  document.getElementById(id)?.focus();
}

function frontierView(table, pairs, kept, draw) {
  const { data } = table, [a, b] = kept.sides, names = data.parties.map((party) => party.name);
  return [
    h("h2", null, "What each treaty brings whom"),
    names.length < 3 ? null : h("p", null,
      pick("side-0", "Across:", names, a, (k) => { kept.sides[0] = k; refocused(draw, "side-0"); }), " ",
      pick("side-1", "Up:", names, b, (k) => { kept.sides[1] = k; refocused(draw, "side-1"); })),
    h("figure", null, frontierDrawing(table, pairs, a, b), h("figcaption", null,
      h("span", { class: "key-dot yes" }, "kept"), anyLasts(table) ? h("span", { class: "key-dot while" }, "kept for a while") : null,
      h("span", { class: "key-dot no" }, "broken"),
      h("span", { class: "key-dot unknown" }, "not known"),
      ` Letters are pairs. On the line no treaty that is kept is better for both. ${capital(data.unit)}, if everybody keeps it.`)),
    pairs.length ? pairsTable(table, pairs) : h("p", { class: "none" }, "No pair has handed in a code yet."),
  ];
}

/** Whether mistakes are seen in any of the drafts, so that it may be kept for a while. */
const anyLasts = (table) => Array.from({ length: table.count }).some((_, design) => table.lasts(design));

function mapView(table, pairs, kept, draw) {
  const { data } = table;
  if (data.axes.length < 2) return h("p", null, "This file opens fewer than two terms: there is no map.");
  const labels = data.axes.map((axis) => `${articled(axis.article)}: ${axis.label}`);
  const [down, across] = kept.axes.map((k) => Math.min(k, data.axes.length - 1));
  const other = down === across ? (down + 1) % data.axes.length : across;
  const cells = new Map();
  for (let design = 0; design < table.count; design++) {
    if (table.verdict(design) === NO_TREATY) continue;
    const terms = table.terms(design), key = `${terms[down]} ${terms[other]}`;
    const cell = cells.get(key) ?? { kept: 0, all: 0, open: 0, while: 0 };
    cell.all += 1;
    cell.open += table.verdict(design) === UNDECIDED ? 1 : 0;
    cell.kept += table.verdict(design) === YES ? 1 : 0;
    cell.while += table.lasts(design) ? 1 : 0;
    cells.set(key, cell);
  }
  const here = (i, j) => pairs.filter((pair) => { const terms = table.terms(pair.signed); return terms[down] === i && terms[other] === j; });
  return [
    h("h2", null, "Where the pairs stand"),
    h("p", null,
      pick("axis-0", "Down:", labels, down, (k) => { kept.axes = [k, other]; refocused(draw, "axis-0"); }), " ",
      pick("axis-1", "Across:", labels, other, (k) => { kept.axes = [down, k]; refocused(draw, "axis-1"); })),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Map of two terms" }, h("table", { class: "map" },
      h("thead", null, h("tr", null, h("td", null), data.axes[other].values.map((value) => h("th", { scope: "col" }, value)))),
      h("tbody", null, data.axes[down].values.map((value, i) => h("tr", null, h("th", { scope: "row" }, value),
        data.axes[other].values.map((_, j) => {
          const cell = cells.get(`${i} ${j}`), names = here(i, j).map((pair) => pair.name);
          const known = cell ? cell.all - cell.open : 0, share = known ? cell.kept / known : null;
          return h("td", { class: share === null ? "none" : null, style: share === null ? null : `--share: ${share.toFixed(3)}` },
            h("span", { class: "letters" }, names.join(" ")),
            h("span", { class: "share" }, !cell ? "no treaty" : !known ? "not known"
              : `${cell.kept} of ${known}${cell.while ? `, ${cell.while} for a while` : ""}${cell.open ? `, ${cell.open} not known` : ""}`));
        })))))),
    h("p", { class: "small" }, "In each field: how many of the drafts with these two terms are kept, whatever the other terms. Letters are pairs."),
  ];
}

/** Predictions with what is true: [{pair, prediction, truth}], those whose truth is known. */
const judgedPredictions = (table, pairs) => pairs.flatMap((pair) => pair.predictions
  .map(([design, prediction]) => ({ pair, prediction, truth: table.truth(design) }))
  .filter(({ truth }) => truth));

function calibrationView(table, pairs) {
  const all = judgedPredictions(table, pairs);
  if (!all.length) return h("p", { class: "none" }, "No prediction to look at yet.");
  const groups = SURENESS.map((sure, k) => {
    const said = all.filter(({ prediction }) => prediction.sure === k);
    return { sure: sure / 100, said: said.length, right: said.filter(({ prediction, truth }) => prediction.kept === truth.kept).length };
  }).filter((group) => group.said);
  const right = groups.reduce((sum, group) => sum + group.right, 0);
  const sure = groups.reduce((sum, group) => sum + group.sure * group.said, 0) / all.length;
  const gap = sure - right / all.length;
  return [
    h("h2", null, `On average ${percent(sure)} sure, and right in ${percent(right / all.length)}`),
    h("p", { class: "lead" }, Math.abs(gap) < 0.05 ? "The class is about as right as it is sure."
      : gap > 0 ? "The class is surer than it is right." : "The class is more often right than it dares to say."),
    h("figure", null, calibrationDrawing(groups), h("figcaption", null,
      "A disc on the slanted line: as right as sure. Below it: too sure. The number in a disc counts predictions (kept or broken).")),
  ];
}

function whoView(table, pairs) {
  const { data } = table, all = judgedPredictions(table, pairs);
  if (!all.length) return h("p", { class: "none" }, "No prediction to look at yet.");
  const names = [...data.parties.map((party) => party.name), "nobody"], nobody = data.parties.length;
  const answer = (prediction) => (prediction.kept ? nobody : prediction.who);
  const isRight = ({ prediction, truth }) => (truth.kept ? prediction.kept : !prediction.kept && truth.who.includes(prediction.who));
  const rows = names.map((name, k) => {
    const said = all.filter(({ prediction }) => answer(prediction) === k), wrong = said.filter((one) => !isRight(one));
    return { name, said: said.length, wrong };
  });
  const most = rows.reduce((best, row) => (row.wrong.length > best.wrong.length ? row : best));
  const truths = new Map();
  for (const { truth } of most.wrong) {
    const name = truth.kept ? "nobody" : listed(truth.who.map((k) => names[k])) || "not known";
    truths.set(name, (truths.get(name) ?? 0) + 1);
  }
  return [
    h("h2", null, most.wrong.length ? `The commonest wrong answer: ${most.name}` : "Nobody named the wrong side"),
    most.wrong.length ? h("p", { class: "lead" }, `${counted(most.wrong.length, "prediction")} said that ${most.name} would break it first. In truth: `,
      [...truths].sort((a, b) => b[1] - a[1]).map(([name, times]) => `${name} (${times})`).join(", "), ".") : null,
    h("table", { class: "who" }, h("thead", null, h("tr", null, h("th", { scope: "col" }, "Who breaks it first?"),
      h("th", { scope: "col", class: "num" }, "said"), h("th", { scope: "col", class: "num" }, "right"), h("th", { scope: "col", class: "num" }, "wrong"))),
    h("tbody", null, rows.map((row) => h("tr", null, h("th", { scope: "row" }, capital(row.name)), h("td", { class: "num" }, row.said),
      h("td", { class: "num" }, row.said - row.wrong.length), h("td", { class: "num" }, row.wrong.length))))),
  ];
}

function pairsView(table, pairs) {
  return [h("h2", null, "What the pairs signed"),
    pairs.length ? pairsTable(table, pairs, true) : h("p", { class: "none" }, "No pair has handed in a code yet.")];
}

/** Pairs with verdict and values, and with their terms if `full`. */
function pairsTable(table, pairs, full = false) {
  const { data } = table;
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of pairs" }, h("table", null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Pair"), h("th", { scope: "col" }, "Verdict"),
      data.parties.map((party) => h("th", { scope: "col", class: "num" }, party.name)),
      full ? data.axes.map((axis) => h("th", { scope: "col" }, capital(axis.label))) : null,
      full ? h("th", { scope: "col" }, "Foretold") : null)),
    h("tbody", null, pairs.map((pair) => h("tr", null, h("th", { scope: "row" }, pair.name),
      h("td", { class: table.lasts(pair.signed) ? "open" : VERDICT_CLASS[table.verdict(pair.signed)] },
        table.lasts(pair.signed) ? `for a while${full ? `: ${table.lasts(pair.signed)}` : ""}` : VERDICT_SHORT[table.verdict(pair.signed)]),
      data.parties.map((_, k) => h("td", { class: "num" }, number(table.values(pair.signed)[k]))),
      full ? table.terms(pair.signed).map((value, k) => h("td", null, data.axes[k].values[value])) : null,
      full ? h("td", { class: "words" }, pair.predictions.map(([, prediction]) => predictionWords(table, prediction)).join("; then ")) : null)))));
}
const VERDICT_SHORT = ["broken", "kept", "not known", "no treaty"];

function blockView(table, pairs, kept) {
  const { axes } = table.data;
  const out = h("pre", { class: "block", id: "block" });
  const inputs = axes.map((axis, k) => h("input", { id: `raw-${k}`, type: "text", value: plainRaw(axis.raw[table.terms(table.data.text)[k]]), oninput: () => write() }));
  const name = h("input", { id: "block-name", type: "text", value: "Draft of the class", oninput: () => write() });
  const write = () => {
    out.textContent = variantBlock(axes, name.value, axes.map((axis, k) => {
      const same = axis.raw.find((raw) => plainRaw(raw) === inputs[k].value.trim());
      return same ?? typed(inputs[k].value);
    }));
  };
  write();
  return [
    h("h2", null, "A draft that was not worked out"),
    h("p", { class: "lead" }, "Write its terms; put the block into the treaty’s file; ask again on your own computer."),
    h("div", { class: "terms" }, h("p", { class: "field" }, h("label", { for: "block-name" }, "Name "), name),
      axes.map((axis, k) => h("p", { class: "field" }, h("label", { for: `raw-${k}` }, `${articled(axis.article)}: ${axis.label} `), inputs[k]))),
    out,
    kept.blocks.length ? [h("h3", null, "Blocks from the pairs’ files"), kept.blocks.map((block) => h("pre", { class: "block" }, block))] : null,
  ];
}

/** A value of the file as one types it. */
const plainRaw = (raw) => (typeof raw === "string" ? raw : JSON.stringify(raw));
