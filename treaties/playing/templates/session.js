// What a pair did so far. It lives in the tab alone (a reload finds it again), and goes nowhere but into a file that the pair saves.

const SURENESS = [50, 60, 70, 80, 90, 99];
const LOG_FORMAT = "servanda-play-log/1";

function newSession(table) {
  return {
    screen: "role", pair: null, party: null, partner: null, round: 0,
    // Per round: the draft as an index per axis, what was typed instead of a value on the grid, the prediction.
    rounds: [{ terms: table.terms(table.data.text), typed: {}, prediction: {} }],
    moves: [], waiting: null, shown: false, signed: null, log: [],
  };
}

/** The session kept in this tab under the file's own name, or a new one; `keep` writes it, `forget` begins anew. */
function keptSession(table) {
  const place = `servanda-play ${table.mark}`;
  // A browser may refuse: then the page works, and a reload begins anew.
  const attempt = (what) => { try { return what(); } catch { return null; } };
  const found = attempt(() => JSON.parse(sessionStorage.getItem(place)));
  return {
    session: found ?? newSession(table),
    keep: (session) => attempt(() => sessionStorage.setItem(place, JSON.stringify(session))),
    forget: () => attempt(() => sessionStorage.removeItem(place)),
  };
}

const roundOf = (session) => session.rounds[session.round];
const designOf = (table, round) => table.number(round.terms);
const offGrid = (round) => Object.keys(round.typed).length > 0;

/** The values of a draft as the treaty file writes them. */
const rawOf = (table, round) =>
  table.data.axes.map((axis, k) => (k in round.typed ? typed(round.typed[k]) : axis.raw[round.terms[k]]));

/** The years lived so far, from the seed of the pair: the same pair meets the same luck on every laptop. */
function livedGame(table, session) {
  const game = begun(table, designOf(table, session.rounds[0]), 1 + session.pair);
  if (game) session.moves.forEach((moves) => game.over || played(table, game, moves));
  return game;
}

/** A prediction as a code holds it: who is 1 for the first party; 0 says that the treaty is kept. */
function packedPrediction(prediction) {
  if (prediction?.sure === undefined) return { who: 0, year: 0, sure: 0 };
  return prediction.kept
    ? { who: 0, year: 0, sure: 1 + prediction.sure }
    : { who: 1 + prediction.who, year: prediction.year, sure: 1 + prediction.sure };
}
function unpackedPrediction(who, year, sure) {
  return sure === 0 ? null : { kept: who === 0, who: who - 1, year, sure: sure - 1 };
}

/** The code of what was signed. */
function sessionCode(table, session) {
  const first = packedPrediction(session.rounds[0].prediction);
  const then = packedPrediction(session.rounds[1]?.prediction);
  return Codes.written({
    pair: session.pair, drafted: designOf(table, session.rounds[0]), signed: session.signed,
    who: first.who, year: first.year, sure: first.sure,
    whoThen: then.who, yearThen: then.year, sureThen: then.sure,
  }, table.mark);
}

/** The file that a pair saves: everything that it did, and nobody's name. */
function sessionFile(table, session) {
  return JSON.stringify({
    format: LOG_FORMAT, treaty: table.data.title, source: table.data.source,
    pair: Codes.pairName(session.pair), party: table.data.parties[session.party].id,
    signed: session.signed, code: session.signed === null ? null : sessionCode(table, session),
    log: session.log,
  }, null, 1);
}
