// One amendment: one clause, once.

function amendScreen(page) {
  const { table, session } = page, { axes } = table.data, [first, round] = session.rounds;
  const changed = () => axes.map((_, k) => k).filter((k) => round.terms[k] !== first.terms[k] || k in round.typed);
  const state = h("p", { class: "state", role: "status" });
  draftState(page, round, state);
  if (changed().length && !notPlayable(page, round)) {
    state.textContent = `Amended: ${listed(changed().map((k) =>
      `${axes[k].label} ${axes[k].values[round.terms[k]]}, was ${axes[k].values[first.terms[k]]}`))}.`;
  }
  return [
    h("h1", null, "Amend one clause"),
    h("p", { class: "lead" }, "You may change one clause, once. If you touch a second one, the first goes back to your draft."),
    clausesOf(table).map((clause) => clauseCard(page, round, clause, (k) => {
      const others = axes.map((_, other) => other).filter((other) => !clause.includes(other));
      const touched = others.some((other) => changed().includes(other));
      for (const other of others) {
        round.terms[other] = first.terms[other];
        delete round.typed[other];
      }
      // While somebody types the card stays as it is, lest the field lose the focus.
      if (touched || !(k in round.typed)) page.redraw();
      else draftState(page, round, state);
      page.keep();
    })),
    state,
    page.onward("This is our amendment", () => {
      const refused = changed().length ? notPlayable(page, round) : "Change one clause, or sign your draft as it is.";
      if (refused) return refused;
      session.round = 1;
      page.note({ what: "amendment", design: designOf(table, round), terms: said(table, round) });
      return page.go("predict");
    }, button("Sign the draft as it is", () => {
      session.rounds.length = 1;
      page.go("sign");
    })),
  ];
}
