// Years of a treaty: the certificate's own strategies as tables, and chance from a seed. The same seed gives the same years.

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A game at the beginning of its first year; null if the design has none to live through. */
function begun(table, design, seed) {
  const play = table.play(design);
  if (!play) return null;
  const auto = table.data.autos[play.auto];
  const game = {
    auto, rules: table.data.tables[auto.table], pays: table.data.pays[play.pay],
    random: generator(seed), node: -1, year: 1, over: false, astray: false, past: [],
  };
  game.node = drawn(auto.start, game.random);
  return game;
}

/** A node from a law: [node, chance, node, chance, …]. */
function drawn(law, random) {
  let left = random();
  for (let k = 0; k < law.length; k += 2) {
    left -= law[k + 1];
    if (left < 0) return law[k];
  }
  return law[law.length - 2];
}

/** Numbers of moves per party where a game stands. */
const menus = (table, game) => game.rules.moves[game.auto.state[game.node]].map((menu) => table.data.menus[menu]);

/** A profile's moves per party, the last party's changing fastest, and back. */
function movesOf(profile, lengths) {
  const out = [];
  for (let k = lengths.length - 1; k >= 0; k--) {
    out.unshift(profile % lengths[k]);
    profile = Math.floor(profile / lengths[k]);
  }
  return out;
}
const profileOf = (moves, lengths) => moves.reduce((sum, move, k) => sum * lengths[k] + move, 0);

/** What the strategies play in this year, per party. */
function planned(table, game) {
  return movesOf(game.auto.act[game.node], menus(table, game).map((menu) => menu.length));
}

/** Plays one year; `moves` per party. What happened is added to the game's past. */
function played(table, game, moves) {
  const { auto, rules, node } = game;
  const options = menus(table, game), lengths = options.map((menu) => menu.length);
  const profile = profileOf(moves, lengths), state = auto.state[node];
  const row = rules.first[state] + profile;
  game.past.push({
    year: game.year, situation: rules.situation[state], ended: rules.ended[state] === 1, moves,
    said: moves.map((move, k) => options[k][move]),
    paid: game.pays.map((amounts) => amounts[row]),
    asPlanned: profile === auto.act[node], kept: profile === auto.act[node] && auto.keeps[node] === 1 && rules.ended[state] === 0,
  });
  const law = auto.next[node][profile];
  game.year += 1;
  if (game.year > auto.years || law < 0) {
    game.over = true;
    game.astray = law < 0 && game.year <= auto.years;
  } else {
    game.node = drawn(auto.laws[law], game.random);
  }
  return game;
}

/** Average payoff per period of each party when everybody follows the strategies from one seed to the end. */
function averages(table, design, seed) {
  const game = begun(table, design, seed);
  if (!game) return null;
  while (!game.over) played(table, game, planned(table, game));
  return game.pays.map((_, party) => game.past.reduce((sum, year) => sum + year.paid[party], 0) / game.past.length);
}
