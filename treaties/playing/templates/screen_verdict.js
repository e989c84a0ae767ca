// The verdict: one sentence, one picture, the clause that decides; the prediction beside it.

function verdictScreen(page) {
  const { table, session } = page, { data } = table;
  const design = designOf(table, roundOf(session));
  const before = session.round ? designOf(table, session.rounds[0]) : null;
  // Of what mistakes break off now and then the margin of keeping it for ever says little.
  const verdict = table.verdict(design), lasts = table.lasts(design), margin = lasts ? null : table.margin(design);
  return [
    h("h1", { class: lasts ? "open" : VERDICT_CLASS[verdict] }, verdictWord(table, design)),
    h("p", { class: "lead" }, verdictSentence(table, design)),
    because(table, design),
    h("div", { class: "beside" },
      margin === null ? null : h("figure", null,
        marginLine(margin, before === null ? null : table.margin(before), data.once),
        h("figcaption", null, "How much more it brings to keep the treaty than to take the most tempting way out of it."
          + (before === null ? "" : " The ring is the draft before."))),
      predictionBox(page, design)),
    yearByYear(page, design, before),
    moreExactly(table, design),
    redLine(page, design),
    session.round || !amendable(table)
      ? page.onward("Sign", () => page.go("sign"))
      : page.onward("Amend one clause", () => {
        session.rounds[1] = { terms: [...roundOf(session).terms], typed: {}, prediction: {} };
        return page.go("amend");
      }, button("Sign as it is", () => page.go("sign"))),
  ];
}

const VERDICTS = ["It is broken.", "It is kept.", "It is not known.", "There is no treaty."];
/** The verdict in a few words. */
const verdictWord = (table, design) => (table.lasts(design) ? "It is kept for a while."
  : table.rarely(design) ? "It cannot be kept in every case." : VERDICTS[table.verdict(design)]);
/** Amounts below this are none. */
const TIE = 1e-9;
const VERDICT_CLASS = ["fails", "holds", "open", "open"];
const amendable = (table) => table.data.axes.some((axis) => axis.values.length > 1);

/** Who breaks it first and when, or who is tempted most; what that wins or would cost. */
function verdictSentence(table, design) {
  const { data } = table, verdict = table.verdict(design), margin = table.margin(design), tempted = table.of("tempted", design);
  if (verdict === UNDECIDED) return "Nobody could prove that it is kept, nor that it cannot be. That is an open question, not a no.";
  if (verdict === NO_TREATY) return ended(capital(table.text(table.of("why", design))));
  if (table.lasts(design)) {
    return "Breaches cannot be told from mistakes for certain. So that nobody cheats, what looks like a breach is punished now and then, "
      + `mistakes too. At best: ${table.lasts(design)}.`;
  }
  const year = table.of("tempted_year", design), truth = table.truth(design);
  const name = data.parties[tempted]?.name ?? "The side that is tempted most";
  const step = table.of("lawful", design) ? "by a step that the text itself allows" : "by breaking it";
  const sum = margin === null ? null : amount(Math.abs(margin), data.once);
  const tie = margin !== null && Math.abs(margin) < TIE;
  if (verdict === YES) {
    if (tie) return `${name} is tempted most${year ? `, in ${data.period} ${year},` : ""} and would neither win nor lose ${step}: it is a tie.`;
    return sum === null ? "Nobody gains by leaving it, in any year."
      : `${name} is tempted most${year ? `, in ${data.period} ${year},` : ""} and would still lose ${sum} ${step}.`;
  }
  const first = listed(truth.who.map((k) => data.parties[k].name)) || "Somebody";
  const when = truth.year ? ` in ${data.period} ${truth.year}` : "";
  const same = truth.who.length === 1 && truth.who[0] === tempted && truth.year === year;
  const yet = table.rarely(design) && breakWords(table, design) ? ` All the same: ${uncapital(breakWords(table, design))}` : "";
  return `${first} ${truth.who.length > 1 ? "break" : "breaks"} it first${when}`
    + (sum === null || tie ? "." : same ? `, and wins ${sum} ${step}.`
      : `. ${name} is tempted most${year ? `, in ${data.period} ${year},` : ""} and wins ${sum} ${step}.`) + yet;
}

/** What holds a treaty that is kept, by its rung. */
function supportWords(table, design) {
  const { period } = table.data, length = table.of("length", design);
  return ["", "It enforces itself: no threat beyond the text is needed.",
    `It is held by a measured answer: whoever breaks it is left out for ${counted(length, period)}.`,
    "It is held by the threat that cooperation ends for good.",
    "It is held only by the harshest answer that is still credible."][table.of("rung", design)] ?? "";
}

/** How likely a break is at all within the years lived through, where that is no certainty. */
function breakWords(table, design) {
  const chance = table.of("broken_chance", design) ?? 0, play = table.play(design);
  if (!play || chance <= 0 || chance > 0.995) return "";
  return `If all follow their best strategies, it is broken within ${counted(table.data.autos[play.auto].years, table.data.period)} `
    + `with a chance of ${chance < 0.005 ? "less than 1 %" : percent(chance)}.`;
}

/** Which clauses decide. */
function because(table, design) {
  const reason = table.text(table.of("because", design));
  return reason ? h("p", { class: "because" }, ended(capital(reason))) : null;
}

/** Folded away: what holds it, where exactly it is tight, what changes nothing, what was proved. */
function moreExactly(table, design) {
  if (table.verdict(design) === NO_TREATY) return null;
  const idle = table.clauses(table.of("idle", design) ?? 0);
  const hash = table.of("hash", design), why = table.text(table.of("why", design));
  return h("details", null, h("summary", null, "More exactly"),
    [why && ended(capital(why)), supportWords(table, design), table.lasts(design) || table.rarely(design) ? "" : breakWords(table, design),
      idle.length && `Here ${listed(idle)} ${idle.length > 1 ? "change" : "changes"} nothing.`,
      table.of("proved", design) ? `Proved: the certificate ${hash} was checked in exact arithmetic.` : "Computed, not proved.",
    ].filter(Boolean).map((line) => h("p", { class: "small" }, line)));
}

/** What was foretold, and how right that was. */
function predictionBox(page, design) {
  const { table } = page, { data } = table, { prediction } = roundOf(page.session);
  const truth = table.truth(design);
  const lines = [];
  if (truth) {
    lines.push([truth.kept === prediction.kept, "kept or broken"]);
    if (!truth.kept && !prediction.kept) {
      lines.push([truth.who.includes(prediction.who), `who (${listed(truth.who.map((k) => data.parties[k].name)) || "not known"})`]);
      if (truth.year) lines.push([truth.year === prediction.year, `the ${data.period} (${truth.year})`]);
    }
  }
  return h("section", { class: "card prediction", "aria-label": "Your prediction" },
    h("h2", null, "You said"), h("p", null, capital(predictionWords(table, prediction)), "."),
    lines.length ? h("ul", { class: "marks" }, lines.map(([right, what]) =>
      h("li", { class: right ? "right" : "wrong" }, h("b", null, right ? "Right" : "Wrong"), `: ${what}`))) : h("p", null, "Whether that is right is not known."),
    table.lasts(design) ? h("p", { class: "small" }, breakWords(table, design)) : null);
}

/** The years, folded away: what staying is worth in each, for the side that is tempted most. */
function yearByYear(page, design, before) {
  const { table } = page, { data } = table;
  const tempted = table.of("tempted", design);
  const party = tempted >= 0 ? tempted : data.parties.findIndex((_, k) => table.lines(design, k).kept);
  if (party < 0) return null;
  const { kept, lost } = table.lines(design, party);
  if (Math.max(kept?.length ?? 0, lost?.length ?? 0) < 2) return null;
  const ghost = before === null ? null : table.lines(before, party).kept;
  return h("details", null, h("summary", null, `${capital(data.period)} by ${data.period}: what staying is worth to ${data.parties[party].name}`),
    h("figure", null, yearLines({ kept, lost, before: ghost }, data.once, data.period),
      h("figcaption", null,
        `What staying is worth more than leaving, ${data.once}. Below zero, leaving pays. `,
        // The years are measured on rung 4, the margin on the rung that is enough.
        table.of("rung", design) % 4 === 0 ? "" : "Here whoever leaves meets the harshest answer that is still credible; "
          + "the picture above shows the milder one that is enough. ",
        kept ? h("span", { class: "key-line kept" }, "if later years are kept") : null,
        lost ? h("span", { class: "key-line lost" }, "if all later years are lost already (read from the last year back)") : null,
        ghost ? h("span", { class: "key-line ghost" }, "the draft before") : null)));
}

function redLine(page, design) {
  const { table, session } = page, crossed = table.of("crosses", design) ?? 0;
  const own = [session.party, session.partner].filter((k) => k !== null && (crossed >> k) & 1);
  return own.length ? h("p", { class: "warning" },
    `It crosses the red line of ${listed(own.map((k) => table.data.parties[k].name))}.`) : null;
}
