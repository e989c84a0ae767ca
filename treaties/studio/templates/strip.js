// The strip with the verdict: computed first, then proved, with what changed against the draft before.

import { byId, make, say } from "./page.js";
import { change, money, number } from "./numbers.js";
import { get, Lost, pause } from "./server.js";

const MARKS = { holds: "\u2713", fails: "\u2717", undecided: "?", "": "…" };
const AGAIN = 400;  // milliseconds between two questions where one was not answered yet
const WAIT = 5;  // seconds that the server may keep a question open
const LONG = 3;  // seconds after which it is told how long an answer has taken so far

/** Seconds as one reads them: "40 s", "2 min". */
const lasted = (seconds) => (seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

/** The margin of a verdict, as a sum paid once; "at least" where more may be withstood. */
export function margin(verdict) {
  if (typeof verdict.margin !== "number") return "not known";
  return `${verdict.at_least ? "at least " : ""}${money(verdict.margin, verdict.unit)}`;
}

/** Asks for the verdict of the newest draft until it is proved, and shows what is known. */
export class Strip {
  constructor(onLost) {
    this.onLost = onLost;
    this.revision = null;
    this.last = null;    // the last verdict known of the draft shown
    this.before = null;  // the one of the draft before
    this.asking = 0;
  }

  /** Follow a draft; `since` is when the change was entered, by the page's clock. */
  follow(draft, since) {
    if (draft.revision === this.revision && draft.session === this.session) return;
    this.session = draft.session;
    if (this.last) this.before = this.last;
    this.last = null;
    this.revision = draft.revision;
    this.since = since;
    byId("strip").classList.add("old");
    byId("strip").dataset.state = "pending";
    this.begun = performance.now();
    byId("proof").textContent = this.going();
    this.ask(++this.asking);
  }

  /** What is being done for the draft shown, and for how long if that is long. */
  going() {
    const seconds = (performance.now() - this.begun) / 1000;
    const so = seconds < LONG ? "" : `, ${lasted(seconds)} so far`;
    if (!this.last) return `computing …${so}`;
    if (this.last.verdict === "undecided") return `the full search goes on${so}`;
    return so ? `computed; proof under way${so}` : "computed, proof follows";
  }

  /** The server is back: ask again. */
  resume() {
    if (this.revision !== null && byId("strip").dataset.state !== "proved") this.ask(++this.asking);
  }

  async ask(turn) {
    const revision = this.revision;
    let proved = "";
    let told = "";
    while (turn === this.asking) {
      let answer;
      try {
        answer = await get(`/api/verdict?revision=${revision}&wait=${WAIT}${proved}`);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        this.onLost();
        return;
      }
      if (turn !== this.asking || answer.status !== 200) return;
      const found = JSON.stringify(answer.data);
      if (found !== told) this.show(answer.data);
      told = found;
      if (["pending", "computed"].includes(answer.data.state)) byId("proof").textContent = this.going();
      if (answer.data.state === "proved" || answer.data.state === "failed") return;
      if (answer.data.state === "computed") proved = "&proved=true";
      await pause(AGAIN);
    }
  }

  show(verdict) {
    const strip = byId("strip");
    if (verdict.state === "pending") return;
    const first = strip.dataset.state === "pending";
    strip.classList.remove("old", "holds", "fails", "undecided");
    if (verdict.verdict) strip.classList.add(verdict.verdict);
    strip.dataset.state = verdict.state;
    strip.dataset.revision = this.revision;
    if (first && this.since) strip.dataset.latency = Math.round(performance.now() - this.since);
    byId("badge").textContent = verdict.state === "failed" ? "–" : MARKS[verdict.verdict];
    byId("headline").textContent = verdict.headline;
    const last = this.last;
    this.last = verdict;
    byId("proof").textContent = this.proof(verdict);
    byId("proof").className = `proof ${verdict.state}`;
    byId("margin").textContent = margin(verdict);
    const against = this.before && this.before.state !== "failed" ? this.before : null;
    byId("margin-change").textContent = against ? change(against.margin, verdict.margin) : "";
    const later = verdict.state === "computed" && verdict.verdict !== "undecided" && !verdict.weakest ? "The weakest link is named when the proof is there." : verdict.weakest;
    byId("weakest").textContent = [later, verdict.differs, verdict.note].filter(Boolean).join(" ");
    byId("values").replaceChildren(...this.values(verdict, against));
    if (!last || last.state !== verdict.state || last.headline !== verdict.headline) say(`${verdict.headline}, ${verdict.state}. Margin ${byId("margin").textContent}.`);
  }

  proof(verdict) {
    if (verdict.state === "failed") return "not judged";
    if (verdict.state === "computed") return this.going();
    const [kind, digest] = Array.isArray(verdict.certificate) ? verdict.certificate : Object.values(verdict.certificate || {});
    byId("proof").title = digest ? `${kind}, ${digest}` : "";
    return verdict.verdict === "undecided" ? "full search done" : "proved";
  }

  values(verdict, against) {
    if (!verdict.values || !verdict.values.length) return [];
    const earlier = new Map(((against && against.values) || []).map((value) => [value.party, value.compliance]));
    const cell = (text, name = "num") => make("td", { className: name }, text);
    return [make("table", { className: "worth" },
      make("caption", {}, `What each party has, ${verdict.value_unit}`),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Party"), ...["if all keep it", "change", "without it"].map((text) => make("th", { scope: "col", className: "num" }, text)))),
      make("tbody", {}, verdict.values.map((value) => make("tr", {},
        make("th", { scope: "row" }, value.name || value.party), cell(number(value.compliance)),
        cell(change(earlier.get(value.party), value.compliance), "num delta"), cell(number(value.outside))))))];
  }
}
