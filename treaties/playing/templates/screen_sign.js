// The end: which text is signed, what it brings, the code to hand in.

function signScreen(page) {
  const { table, session } = page, { data } = table;
  const drafts = session.rounds.filter((round) => round.prediction.sure !== undefined).map((round) => designOf(table, round));
  session.signed ??= drafts.at(-1);
  const code = sessionCode(table, session), pair = Codes.pairName(session.pair);
  return [
    h("h1", null, "Sign, and hand in the code"),
    drafts.length > 1 ? choice("signed", "Which text do you sign?", [[drafts[1], "the amended one"], [drafts[0], "our first draft"]],
      session.signed, (design) => { session.signed = design; page.redraw("signed"); }, { class: "choice no-print" }) : null,
    h("section", { class: "card sheet", "aria-label": "Code to hand in" },
      h("p", { class: "small" }, data.title),
      h("p", { class: "pair" }, "Pair ", h("b", null, pair)),
      h("p", { class: "code", id: "code" }, Codes.grouped(code)),
      qrDrawing(code),
      h("p", { class: "small" }, "The code says which treaty you drafted and signed and what you foresaw. It holds no name.")),
    h("h2", null, "What you signed"),
    h("ul", null, said(table, { terms: table.terms(session.signed), typed: {} }).map((term) => h("li", null, capital(term)))),
    h("p", null, `${verdictWord(table, session.signed)} `, targets(page)),
    redLine(page, session.signed),
    bestChange(table, session.signed),
    h("p", { class: "moves no-print" },
      button("Save what we did", () => download(`pair-${pair}.json`, sessionFile(table, session))),
      button("Print", () => window.print()),
      button("Begin anew", () => page.anew(), { class: "plain" })),
  ];
}

/** What the signed text brings each side at this laptop, beside its secret target. */
function targets(page) {
  const { table, session } = page, { data } = table, values = table.values(session.signed);
  return [session.party, session.partner].filter((k) => k !== null && values[k] !== undefined).map((k) => {
    const { name, role } = data.parties[k];
    const reached = role.target === null || role.target === undefined ? ""
      : values[k] >= role.target ? `: the target of ${amount(role.target, data.unit)} is reached. `
        : `: less than the target of ${amount(role.target, data.unit)}. `;
    return `If everybody keeps it, it brings ${name} ${amount(values[k], data.unit)}${reached}`;
  }).join("");
}

/** The best change of one clause, told once nothing more can be changed. */
function bestChange(table, design) {
  const best = table.of("best", design);
  if (best === null || best < 0) return null;
  const now = table.terms(design), then = table.terms(best);
  const k = then.findIndex((value, axis) => value !== now[axis]);
  if (k < 0) return null;
  const axis = table.data.axes[k];
  return h("p", null, h("b", null, "One change would have done most: "),
    `${axis.label} ${axis.values[then[k]]} in place of ${axis.values[now[k]]}. ${verdictWord(table, best)}`);
}
