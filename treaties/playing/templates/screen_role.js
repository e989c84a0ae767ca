// First screen: which pair, which side, with or without a partner; then the card that only this side may see.

function roleScreen(page) {
  const { table, session } = page, { data } = table;
  const pairs = h("select", {
    id: "pair", onchange: (event) => { session.pair = event.target.value === "" ? null : Number(event.target.value); page.keep(); },
  }, h("option", { value: "" }, "choose"),
    Array.from({ length: Codes.PAIRS }, (_, k) => h("option", { value: k, selected: session.pair === k }, Codes.pairName(k))));
  const others = data.parties.map((_, k) => k).filter((k) => k !== session.party);

  return [
    h("h1", null, data.title),
    h("p", { class: "lead" },
      `You write a treaty, say whether it will be kept, live through it, and see. It takes a quarter of an hour.`),
    h("p", { class: "field" }, h("label", { for: "pair" }, "Letter of your pair (your teacher gives it) "), pairs),
    choice("party", "Which side are you?", data.parties.map((party, k) => [k, party.name]), session.party, (k) => {
      Object.assign(session, { party: k, partner: null, shown: false });
      page.redraw("party");
    }),
    session.party === null ? null : choice("partner", "Who plays the other side?", [
      [null, "the computer: it keeps to the strategies that were computed"],
      ...others.map((k) => [k, `my partner, at this laptop, plays ${data.parties[k].name}`]),
    ], session.partner, (k) => { Object.assign(session, { partner: k, shown: false }); page.redraw("partner"); }),
    session.party === null ? null : roleCards(page),
    page.onward("Write the treaty", () => {
      if (session.pair === null) return "Choose the letter of your pair first.";
      if (session.party === null) return "Choose a side first.";
      page.note({ what: "role", party: data.parties[session.party].id, partner: data.parties[session.partner]?.id ?? null });
      return page.go("draft");
    }),
  ];
}

/** A card for each side at this laptop, covered until it is asked for. */
function roleCards(page) {
  const { table, session } = page;
  const sides = [session.party, session.partner].filter((k) => k !== null);
  return sides.map((k) => {
    const name = table.data.parties[k].name;
    return h("p", null, button(session.shown === k ? `Cover ${name}’s card` : `Show ${name}’s card`, () => {
      session.shown = session.shown === k ? false : k;
      page.redraw(`card-${k}`);
    }, { id: `card-${k}`, "aria-expanded": String(session.shown === k) }), sides.length > 1 ? " (the other side looks away)" : "",
    session.shown === k ? roleCard(page, k) : null);
  }).map((line) => h("div", null, ...line.childNodes));
}

function roleCard(page, party) {
  const { data } = page.table, { name, role } = data.parties[party];
  const each = coinValue(role.stakes.map((stake) => stake.value));
  const matters = [...new Set(role.stakes.map((stake) => stake.matter))];
  return h("section", { class: "card secret", "aria-label": `${name}’s card` },
    h("h2", null, `You speak for ${name}`),
    matters.map((matter) => [
      h("h3", null, `What ${name} earns each ${data.period}${matter ? `: ${matter}` : ""}`),
      h("ul", { class: "stakes" }, role.stakes.filter((stake) => stake.matter === matter).map((stake) =>
        h("li", null, h("span", null, capital(stake.label)), coins(stake.value, each),
          h("b", null, stake.value === 0 ? "earns nothing" : `${stake.value < 0 ? "loses" : "earns"} ${amount(Math.abs(stake.value), data.unit)}`)))),
    ]),
    h("p", { class: "small" }, `One coin is ${amount(each, data.unit)}; a crossed ring is a coin lost.`),
    h("p", null, h("b", null, "Your secret target. "), role.target_words),
    h("p", null, h("b", null, "Your red line. "), role.red_line || "You have none."));
}
