// The prediction, before any answer: kept or broken, by whom, in which year, how sure.

function predictScreen(page) {
  const { table, session } = page, { data } = table, { prediction } = roundOf(session);
  const details = h("div", { hidden: prediction.kept !== false },
    choice("who", "Who breaks it first?", data.parties.map((party, k) => [k, party.name]), prediction.who ?? null,
      (k) => { prediction.who = k; page.keep(); }),
    h("p", { class: "field" }, h("label", { for: "year" }, `In which ${data.period}? `),
      h("select", { id: "year", onchange: (event) => { prediction.year = Number(event.target.value) || undefined; page.keep(); } },
        h("option", { value: "" }, "choose"),
        Array.from({ length: table.years }, (_, k) =>
          h("option", { value: k + 1, selected: prediction.year === k + 1 }, `${data.period} ${k + 1}`)))));
  return [
    h("h1", null, session.round ? "And now: will it be kept?" : "Will it be kept?"),
    h("p", { class: "lead" }, "Say aloud what you expect, and write it down. Without a prediction there is no answer."),
    draftInShort(page),
    choice("kept", "Every side does what the treaty asks, in every year", [[true, "It is kept"], [false, "It is broken"]],
      prediction.kept ?? null, (kept) => { prediction.kept = kept; details.hidden = kept; page.keep(); }),
    details,
    choice("sure", "How sure are you?", SURENESS.map((sure, k) => [k, k ? `${sure} %` : `${sure} %: a coin`]), prediction.sure ?? null,
      (sure) => { prediction.sure = sure; page.keep(); }),
    page.onward(session.round ? "Show us" : "Live through it", () => {
      if (prediction.kept === undefined) return "Say first whether it is kept or broken.";
      if (!prediction.kept && prediction.who === undefined) return "Say who breaks it first.";
      if (!prediction.kept && !prediction.year) return `Say in which ${data.period} it is broken.`;
      if (prediction.sure === undefined) return "Say how sure you are.";
      page.note({ what: "prediction", round: session.round + 1, design: designOf(table, roundOf(session)), said: predictionWords(table, prediction) });
      return page.go(session.round || !table.play(designOf(table, roundOf(session))) ? "verdict" : "live");
    }),
  ];
}

/** The draft in one folded line, to look at while thinking. */
function draftInShort(page) {
  const { table, session } = page, { axes } = table.data;
  return h("details", null, h("summary", null, "Our draft"),
    clausesOf(table).map((clause) => h("p", null, h("b", null, `${axes[clause[0]].heading}. `),
      clause.map((k) => `${table.text(axes[k].prose[roundOf(session).terms[k]])} `))));
}

/** "broken by Norland in year 3 (80 % sure)" */
function predictionWords(table, prediction) {
  const sure = `(${SURENESS[prediction.sure]} % sure)`;
  return prediction.kept ? `kept ${sure}`
    : `broken by ${table.data.parties[prediction.who].name} in ${table.data.period} ${prediction.year} ${sure}`;
}
