// Entries on their way to the server: one after another, kept while it is away, settled where another window was faster.

import { Lost, pause, post } from "./server.js";

const RETRY = 1000;  // milliseconds between two tries while the server is away

const cardOf = (draft, path) => draft.cards.find((card) => path === card.path || path.startsWith(`${card.path}.`));
const fieldOf = (draft, path) => draft.cards.flatMap((card) => card.fields).find((field) => field.path === path);
const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const sameCard = (one, other) => Boolean(one && other && one.kind === other.kind && one.article === other.article && one.heading === other.heading);
const count = (draft, kind) => draft.cards.filter((card) => card.kind === kind).length;

/** The path where a card of one draft stands in another; null if it is gone or there are several like it. */
function moved(path, from, to) {
  const card = cardOf(from, path);
  if (!card) return path;
  if (sameCard(card, to.cards.find((other) => other.path === card.path))) return path;
  const like = to.cards.filter((other) => sameCard(card, other));
  return like.length === 1 ? like[0].path + path.slice(card.path.length) : null;
}

/** What waits, in the order in which it was entered. */
export class Sending {
  /** `acts`: draft(), took(answer, entry), refused(answer, entry), disagree(entry, mine, theirs), lost(), back(), gone(entry, why), locked(). */
  constructor(acts) {
    this.acts = acts;
    this.waiting = [];
    this.busy = false;
    this.lost = false;
  }

  /** An entry: `url`, `body`, and for a term `seen`, what the field showed when it was changed. */
  add(entry) {
    const last = this.waiting.at(-1);
    if (entry.body.op === "set" && last && same(last.body, entry.body)) return;
    const again = entry.body.op === "set" && last?.body.op === "set" && last.body.path === entry.body.path && !last.sent;
    if (again) this.waiting[this.waiting.length - 1] = { ...entry, seen: last.seen };
    else this.waiting.push({ ...entry, made: this.acts.draft() });
    this.send();
  }

  isWaiting(path) {
    return this.waiting.some((entry) => entry.body.op === "set" && entry.body.path === path);
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.waiting.length) await this.first();
    } finally {
      this.busy = false;
    }
  }

  async first() {
    const entry = this.waiting[0];
    const before = this.acts.draft();
    const again = entry.sent;
    entry.sent = true;
    let answer;
    try {
      answer = await post(entry.url, { ...entry.body, session: before.session, revision: before.revision });
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      this.lost = true;
      this.acts.lost(this.waiting.length);
      await pause(RETRY);
      return;
    }
    if (this.lost && answer.status !== 401) {
      this.lost = false;
      this.acts.back();
    }
    if (answer.status === 401) {
      this.acts.locked(this.waiting);
      await pause(RETRY);
      return;
    }
    this.waiting.shift();
    if (answer.status === 200) this.acts.took(answer.data, entry);
    else if (answer.status === 409) this.settle(entry, before, answer.data, again);
    else this.acts.refused(answer.data, entry);
  }

  /** Another window changed the draft first: go on where both changes can stand, ask where they cannot. */
  settle(entry, before, { conflict, draft }, again) {
    const { op, path, kind } = entry.body;
    this.acts.changedElsewhere(draft, conflict);
    if (op === undefined) return this.onDraft(entry, before, draft, conflict);
    if (op === "add") {
      if (again && count(draft, kind) > count(before, kind)) return undefined;  // it had arrived after all
      return this.resend(entry, {});
    }
    const now = moved(path, before, draft);
    if (op === "set") {
      const field = now && fieldOf(draft, now);
      if (field && same(field.value, entry.body.value)) return undefined;
      if (field && same(field.value, entry.seen)) return this.resend(entry, { path: now });
      return this.acts.disagree(entry, now, field);
    }
    if (now && same(cardOf(draft, now)?.prose, cardOf(before, path)?.prose)) return this.resend(entry, { path: now });
    return this.acts.gone(entry, op === "remove" ? "It was changed or removed there; look again before you remove it." : conflict.problem);
  }

  onDraft(entry, before, draft, conflict) {
    const moved = draft.session !== before.session || draft.revision !== before.revision;
    if (entry.url === "/api/save" && moved) return this.resend(entry, {});
    if (entry.url === "/api/save") return this.acts.overwrite(conflict);
    return this.acts.gone(entry, "The draft was changed there meanwhile; press the key again if you still want it.");
  }

  resend(entry, changed) {
    this.waiting.unshift({ ...entry, sent: false, body: { ...entry.body, ...changed } });
  }
}
