// The studio's page: the draft that the server keeps, what is entered here, and what came of it.  A module is strict.

import { Cards } from "./cards.js";
import { Comparing } from "./compare.js";
import { Library } from "./library.js";
import { byId, isUsable, make, say, usable } from "./page.js";
import { Sending } from "./sending.js";
import { get, Lost, pause } from "./server.js";
import { Strip } from "./strip.js";

const LOOK = 2000;  // milliseconds between two looks whether another window changed the draft

let draft = null;
let entered = 0;  // when the newest change was entered, by the page's clock
let away = false;

const cards = new Cards(byId("cards"), {
  entered: (field, value) => {
    if (value === undefined) return showState();
    return send("/api/change", { op: "set", path: field.path, value }, { seen: field.value, label: field.label });
  },
  remove: (card) => send("/api/change", { op: "remove", path: card.path }, { label: card.heading, at: draft.cards.findIndex((other) => other.path === card.path) }),
  addEntry: (path) => send("/api/change", { op: "add entry", path }, { label: "an entry" }),
  removeEntry: (path, what) => send("/api/change", { op: "remove", path }, { label: what }),
});
const strip = new Strip(() => lost());
const library = new Library((entry) => send("/api/change", { op: "add", kind: entry.kind }, { label: entry.label }));
const comparing = new Comparing(() => draft);

const sending = new Sending({
  draft: () => draft,
  took: (answer, entry) => {
    show(answer);
    after(entry, answer.done || {});
  },
  refused: (answer, entry) => {
    if (answer.draft) show(answer.draft);
    refuse(answer, entry);
  },
  changedElsewhere: (there, conflict) => elsewhere(there, conflict.since),
  disagree: (entry, path, field) => disagree(entry, path, field),
  overwrite: (conflict) => notice(conflict.problem, [
    ["Write the draft over it", () => send("/api/save", { over: true }, {})],
    ["Take the file instead", () => send("/api/take_file", {}, { label: "Done" })],
    ["Leave both", () => {}],
  ]),
  gone: (entry, why) => notice(`${entry.label || "This"} was not done. ${why}`, [["Understood", () => {}]]),
  lost: () => lost(),
  back: () => back(),
  locked: () => locked(),
});

function send(url, body, more) {
  entered = performance.now();
  sending.add({ url, body, ...more });
  showState();
}

/** Show a draft, unless a newer one of the same run is shown already. */
function show(now) {
  if (draft && now.session === draft.session && now.revision < draft.revision) return;
  draft = now;
  document.title = `${draft.title} · Servanda studio`;
  byId("title").textContent = draft.title;
  byId("file").textContent = draft.file;
  byId("text").textContent = draft.text;
  cards.show(draft, (path) => sending.isWaiting(path));
  usable(byId("undo"), draft.can_undo);
  usable(byId("redo"), draft.can_redo);
  strip.follow(draft, entered);
  showState();
}

/** Whether everything is saved, kept, or still here only. */
function showState() {
  if (!draft) return;
  const here = sending.waiting.length;
  const wrong = cards.refused();
  usable(byId("save"), !draft.saved || here > 0);
  const told = away ? `${here || "No"} ${here === 1 ? "entry waits" : "entries wait"} on this page`
    : draft.saved ? "Saved" : "Not saved; every change is kept in a draft beside the file";
  byId("state").textContent = told;
  byId("wrong").replaceChildren();
  if (wrong.length) {
    byId("wrong").append(make("span", {}, wrong.length === 1 ? "One entry is not accepted: " : `${wrong.length} entries are not accepted: `,
      wrong.flatMap(({ field, card }, at) => [at ? ", " : "", make("a", { href: `#${field.id}`, on: { click: (event) => { event.preventDefault(); cards.goTo(field.field.path); } } }, `${field.field.label} in ${card.heading}`)]),
      ". The answer below is of the draft without ", wrong.length === 1 ? "it." : "them."));
  }
}

/** Where the reader goes after a change, and what is said. */
function after(entry, done) {
  const { op } = entry.body;
  if (op === "add" || op === "add entry") {
    const at = draft.cards.findIndex((card) => done.path === card.path || String(done.path).startsWith(`${card.path}.`));
    if (op === "add") cards.focusCard(at);
    else cards.goTo(draft.cards[at]?.fields.find((field) => field.path.startsWith(`${done.path}.`))?.path);
    say(`${entry.label} added.`);
  } else if (op === "remove") {
    if (entry.at !== undefined) cards.focusCard(Math.min(entry.at, draft.cards.length - 1));
    say(`${entry.label} removed. Undo brings it back.`);
    const also = done.with || [];
    if (also.length) notice(`Removed with it: ${also.join(", ")}.`, [["Understood", () => {}]]);
  } else if (entry.url === "/api/save") {
    say("Saved.");
  } else if (done.what) {
    say(`${entry.label}: ${done.what}.`);
  }
}

/** Say what is wrong: at the field where there is one, above the cards otherwise. */
function refuse(answer, entry) {
  const errors = answer.errors || [answer.error];
  const told = (error) => [error.problem, error.remedy].filter(Boolean).join("; ");
  if (answer.needed_by && answer.needed_by.length) {
    notice(`${entry.label} is named by: ${answer.needed_by.join(", ")}.`, [
      ["Remove all of it", () => send(entry.url, { ...entry.body, with_references: true }, entry)], ["Keep it", () => {}]]);
    return;
  }
  for (const error of errors) {
    const field = cards.field(error.path) || (entry.body.op === "set" ? cards.field(entry.body.path) : null);
    if (field) field.refused || field.refuse(told(error));
    else notice(`${entry.label || "This"} was not done: ${told(error)}`, [["Understood", () => {}]]);
  }
  say(errors.map(told).join(". "));
  showState();
}

/** A message with buttons, in the page and not over it. */
function notice(text, choices, more = []) {
  const box = make("section", { className: "notice", role: "alert" }, make("p", {}, text), ...more,
    make("div", { className: "tools" }, choices.map(([label, act]) => make("button", { type: "button", on: { click: () => {
      box.remove();
      act();
    } } }, label))));
  byId("notices").append(box);
  return box;
}

/** Another window changed the draft. */
function elsewhere(there, since = []) {
  const again = there.session !== draft.session;
  const same = there.text === draft.text;
  show(there);
  if (again && same) return;
  const text = again ? "The studio was started again, with another draft than this page had." : since.length ? `Another window changed the draft: ${since.join("; ")}.` : "Another window changed the draft.";
  byId("notices").querySelector(".elsewhere")?.remove();
  notice(text, [["Understood", () => {}]]).classList.add("elsewhere");
}

/** Two windows said different things of one term: both are shown, and one is chosen. */
function disagree(entry, path, field) {
  const said = (value) => (value === null || value === undefined ? "not written" : Array.isArray(value) ? value.join(", ") : String(value));
  const mine = said(entry.body.value);
  const theirs = field ? said(field.value) : "the clause is no longer there";
  const choices = field ? [[`Keep ${theirs}`, () => {}], [`Put ${mine}`, () => send("/api/change", { op: "set", path, value: entry.body.value }, { seen: field.value, label: entry.label })]] : [["Understood", () => {}]];
  notice(`Two windows changed “${entry.label}”.`, choices, [make("dl", { className: "both" },
    make("dt", {}, "There"), make("dd", {}, theirs), make("dt", {}, "Here"), make("dd", {}, mine), make("dt", {}, "Before"), make("dd", {}, said(entry.seen)))])
    .classList.add("conflict");
}

function lost() {
  if (!away) {
    away = true;
    byId("lost").replaceChildren(make("p", { className: "notice away" },
      "The studio’s server does not answer. What you enter is kept on this page and sent when it is back: start it again with ",
      make("code", {}, `servanda studio ${draft ? draft.file : "T.toml"}`), " and leave this page open."));
    waitForServer();
  }
  showState();
}

async function waitForServer() {
  while (away) {
    await pause(1000);
    await look();
  }
}

function back() {
  if (!away) return;
  away = false;
  byId("lost").replaceChildren();
  say("The studio is back.");
  strip.resume();
  showState();
}

function locked() {
  away = true;
  byId("lost").replaceChildren(make("p", { className: "notice away" },
    "This page has no key to the studio any more. Open the address that servanda studio printed, in this browser; what was entered here is kept and sent then."));
  waitForServer();
}

/** See whether the server is there and whether another window changed the draft. */
async function look() {
  let answer;
  try {
    answer = await get(draft ? `/api/draft?session=${draft.session}&revision=${draft.revision}` : "/api/draft");
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    lost();
    return;
  }
  if (answer.status === 401) {
    if (!away) locked();
    return;
  }
  back();
  if (answer.status !== 200 || sending.waiting.length) return;
  if (!draft) {
    show(answer.data);
    if (draft.restored) notice(draft.restored, [["Understood", () => {}]]);
  } else {
    elsewhere(answer.data);
  }
}

async function keepLooking() {
  for (;;) {
    await pause(LOOK);
    if (!away && !document.hidden) await look();
  }
}

const step = (url, label) => () => send(url, {}, { label });
const steps = { undo: step("/api/undo", "Taken back"), redo: step("/api/redo", "Made again"), save: step("/api/save", "Save") };
for (const [name, act] of Object.entries(steps)) {
  byId(name).addEventListener("click", () => isUsable(byId(name)) && act());
}
byId("add").addEventListener("click", () => draft && library.open(draft.library));
byId("compare").addEventListener("click", () => draft && comparing.open());

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const name = key === "s" ? "save" : key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  if (!name || document.querySelector("dialog[open]")) return;
  const focused = cards.field(document.activeElement?.closest?.("[data-path]")?.dataset.path);
  if (name !== "save" && focused && focused.isDirty()) return;  // the browser takes back what is being typed
  event.preventDefault();
  if (name === "save" && focused) focused.enter();
  if (isUsable(byId(name))) steps[name]();
});

window.addEventListener("beforeunload", (event) => {
  if (sending.waiting.length || cards.isDirty()) event.preventDefault();
});

// What stands above the cards hides them where they are scrolled to: the style sheet is told how high it is.
const above = () => {
  const fixed = matchMedia("(max-width: 720px)").matches ? byId("strip") : byId("strip").parentElement;
  document.documentElement.style.setProperty("--above", `${Math.round(fixed.offsetHeight)}px`);
};
new ResizeObserver(above).observe(byId("strip"));
new ResizeObserver(above).observe(document.querySelector(".top"));

look().then(keepLooking);
