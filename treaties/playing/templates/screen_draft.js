// The draft: each open clause as a card of the treaty's own words, which change as its term is chosen.

function draftScreen(page) {
  const { table, session } = page, round = session.rounds[0];
  const state = h("p", { class: "state", role: "status" });
  const cards = clausesOf(table).map((clause) => clauseCard(page, round, clause, () => { draftState(page, round, state); page.keep(); }));
  draftState(page, round, state);
  return [
    h("h1", null, "Write the treaty"),
    h("p", { class: "lead" }, "Choose the terms. The clauses rewrite themselves. What stands here now is the text as it was drafted before you."),
    cards,
    state,
    page.onward("This is our draft", () => {
      const refused = notPlayable(page, round);
      if (refused) return refused;
      page.note({ what: "draft", design: designOf(table, round), terms: said(table, round) });
      return page.go("predict");
    }),
  ];
}

/** The open clauses: of each, which axes are terms of it. */
function clausesOf(table) {
  const clauses = new Map();
  table.data.axes.forEach((axis, k) => {
    const name = `${axis.article} ${axis.heading}`;
    clauses.set(name, [...(clauses.get(name) ?? []), k]);
  });
  return [...clauses.values()];
}

/** One clause: its words, and below them its terms. `changed` is told which. */
function clauseCard(page, round, clause, changed) {
  const { heading } = page.table.data.axes[clause[0]];
  const lines = clause.map(() => h(clause.length > 1 ? "li" : "p"));
  const write = () => clause.forEach((k, n) => lines[n].replaceChildren(...clauseWords(page.table, round, k)));
  write();
  return h("section", { class: "card clause", "aria-label": heading },
    h("h2", null, heading),
    clause.length > 1 ? h("ol", { class: "prose" }, lines) : h("div", { class: "prose" }, lines),
    clause.map((k) => termChoice(page, round, k, () => { write(); changed(k); })));
}

/** The words of a clause for one of its terms, the chosen value set off. */
function clauseWords(table, round, k) {
  const axis = table.data.axes[k];
  if (k in round.typed) return [`${capital(axis.label)}: `, h("b", null, round.typed[k]), ". (Not among the values that were worked out.)"];
  const words = table.text(axis.prose[round.terms[k]]), value = axis.values[round.terms[k]], at = words.indexOf(value);
  return at < 0 ? [words] : [words.slice(0, at), h("b", null, value), words.slice(at + value.length)];
}

/** The values of a term as buttons, and a field for one that is not among them. */
function termChoice(page, round, k, changed) {
  const axis = page.table.data.axes[k];
  const other = h("input", {
    type: "text", id: `other-${k}`, autocomplete: "off", value: round.typed[k] ?? "", size: 12,
    oninput: (event) => {
      if (event.target.value.trim()) round.typed[k] = event.target.value; else delete round.typed[k];
      changed();
    },
  });
  return [
    choice(`axis-${k}`, capital(axis.label), axis.values.map((value, n) => [n, value]), round.terms[k], (n) => {
      round.terms[k] = n;
      delete round.typed[k];
      other.value = "";
      changed();
    }),
    h("details", { open: k in round.typed }, h("summary", null, "another value"),
      h("p", { class: "field" }, h("label", { for: `other-${k}` }, `${capital(axis.label)} `), other)),
  ];
}

/** What is to be said of a draft before anything is foretold: nothing, or why it cannot be played. */
function draftState(page, round, state) {
  const refused = notPlayable(page, round);
  state.replaceChildren(refused ?? "");
  if (!offGrid(round)) return;
  const { axes } = page.table.data;
  state.append(h("pre", { class: "block" }, variantBlock(axes, blockName(page, round), rawOf(page.table, round))),
    button("Keep this block for your teacher", () => {
      const block = variantBlock(axes, blockName(page, round), rawOf(page.table, round));
      page.note({ what: "off the grid", block });
      state.replaceChildren("Kept: it is in the file that you save at the end. Choose values from the cards to go on.");
    }));
}

const blockName = (page, round) => `Pair ${Codes.pairName(page.session.pair ?? 0)}: ${said(page.table, round).join(", ")}`;

/** Values of a draft in words. */
const said = (table, round) => table.data.axes.map((axis, k) =>
  `${axis.label} ${k in round.typed ? round.typed[k] : axis.values[round.terms[k]]}`);

function notPlayable(page, round) {
  const { table } = page;
  if (offGrid(round)) {
    return "This page has not worked out this draft. Your teacher’s computer can, from the block below; or take values from the cards.";
  }
  const design = designOf(table, round);
  if (table.verdict(design) !== NO_TREATY) return null;
  return `These terms do not go together. ${ended(table.text(table.of("why", design)) || "Change one of them")}`;
}
