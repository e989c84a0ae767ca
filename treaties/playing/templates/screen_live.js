// Year by year: chance decides what happens, the people at this laptop choose, everybody else follows the strategies.

function liveScreen(page) {
  const { table, session } = page, { data } = table;
  const game = livedGame(table, session);
  const last = game.past.at(-1);
  return [
    h("h1", null, game.over ? `The ${data.period}s are over` : `${capital(data.period)} ${game.year} of ${game.auto.years}`),
    game.over ? overWords(table, game) : nowPart(page, game),
    last ? lastYear(page, last) : null,
    game.past.length ? sums(page, game) : null,
    game.over ? page.onward("See the verdict", () => page.go("verdict")) : null,
  ];
}

/** What happens this year and whose turn it is. */
function nowPart(page, game) {
  const { table, session } = page, { data } = table;
  const options = menus(table, game);
  const humans = [session.party, session.partner].filter((k) => k !== null && options[k].length > 1);
  const waiting = session.waiting ?? {};
  const next = humans.find((k) => !(k in waiting));
  const play = (chosen) => {
    session.moves.push(planned(table, game).map((move, k) => chosen[k] ?? move));
    session.waiting = null;
    page.noteYear();
    page.redraw();
  };
  const rest = () => {
    while (!game.over) {
      const moves = planned(table, game);
      session.moves.push(moves);
      played(table, game, moves);
      page.noteYear();
    }
    session.waiting = null;
    page.redraw();
  };
  const over = game.rules.ended[game.auto.state[game.node]] === 1;
  return [
    h("p", { class: "situation" }, over ? "There is no treaty any more."
      : ended(capital(table.text(game.rules.situation[game.auto.state[game.node]])))),
    next === undefined
      ? h("p", { class: "moves" }, button(`On to the next ${data.period}`, () => play({}), { class: "primary", id: "move-0" }))
      : h("fieldset", { class: "moves" },
        h("legend", null, `What does ${data.parties[next].name} do?`, session.partner === null ? "" : " (The other side looks away.)"),
        options[next].map((menu, k) => button(capital(table.text(menu)), () => {
          const chosen = { ...waiting, [next]: k };
          if (humans.every((one) => one in chosen)) play(chosen);
          else { session.waiting = chosen; page.redraw(); }
        }, { id: `move-${k}` }))),
    h("p", { class: "small" }, button("Let everybody follow the strategies to the end", rest, { class: "plain", id: "rest" })),
  ];
}

/** What each side did last year, and what it earned. */
function lastYear(page, year) {
  const { table } = page, { data } = table;
  return h("section", { class: "card", "aria-label": `${capital(data.period)} ${year.year}` },
    h("h2", null, `${capital(data.period)} ${year.year}: ${yearWord(year)}`),
    h("ul", null, data.parties.map((party, k) =>
      h("li", null, h("b", null, `${party.name}: `), `${table.text(year.said[k])} (${amount(year.paid[k], data.unit)})`))));
}

const yearWord = (year) => (year.ended ? "no treaty" : year.kept ? "as agreed" : "not as agreed");

/** The years as a strip, and what they have brought so far. */
function sums(page, game) {
  const { data } = page.table;
  return [
    h("ol", { class: "strip", "aria-label": `The ${data.period}s so far` }, game.past.map((year) =>
      h("li", { class: yearWord(year).replaceAll(" ", "-") }, h("span", { class: "sr" }, `${data.period} `), year.year,
        h("span", { class: "sr" }, `: ${yearWord(year)}`)))),
    h("p", { class: "key small" }, h("span", { class: "as-agreed" }, "as agreed"),
      h("span", { class: "not-as-agreed" }, "not as agreed"),
      h("span", { class: "no-treaty" }, "no treaty")),
    h("p", null, "So far, in all: ", data.parties.map((party, k) => [
      k ? "; " : "", party.name, " ", h("b", null, amount(game.past.reduce((sum, year) => sum + year.paid[k], 0), data.once))]), "."),
  ];
}

/** How many years went how, without the plan's answer to it: that is the verdict's. */
function overWords(table, game) {
  const { period } = table.data, count = (word) => game.past.filter((year) => yearWord(year) === word).length;
  const [kept, broken, none] = ["as agreed", "not as agreed", "no treaty"].map(count);
  const own = game.past.filter((year) => !year.asPlanned).length;
  return [
    game.astray ? h("p", null, "Several of you departed at once: no strategy says what follows, so the game stops here.") : null,
    h("p", { class: "lead" }, `In ${counted(kept, period)} all went as agreed, in ${broken} not`
      + (none ? `; in ${none} there was no treaty.` : ".")
      + (own ? ` In ${counted(own, period)} somebody did otherwise than the strategies say.` : "")),
  ];
}
