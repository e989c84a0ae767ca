// The treaty as cards: heading, prose that follows the terms, and a form control for each term.

import { Field } from "./controls.js";
import { make } from "./page.js";

const BESIDE = /^(.*)\.(low|high|unit|source|confidence)$/;

/** The path of the value that a field says more about (its range, its source); nothing of other fields. */
const about = (path, paths) => {
  const found = BESIDE.exec(path);
  return found && paths.has(`${found[1]}.value`) ? `${found[1]}.value` : null;
};

/** Terms that a page may fold away: details, and what the file does not say, by itself or with all that it is part of. */
function isFolded(field, card) {
  if (field.more) return true;
  if (field.value !== null || field.error) return false;
  const whole = field.path.slice(0, field.path.lastIndexOf("."));
  const isPart = whole.length > card.path.length;
  return !field.required || (isPart && card.fields.every((other) => !other.path.startsWith(`${whole}.`) || other.value === null));
}

/** Cards that are alike enough to be written over rather than drawn anew. */
const keyOf = (card) => `${card.kind}/${card.index}/${card.article || ""}/${card.fields.map((f) => f.path).join()}/${card.fields.filter((field) => isFolded(field, card)).length}/${(card.lists || []).map((list) => list.entries.length).join()}`;

/** Whether an error is told at a field already. */
const isAtField = (error, card) => card.fields.some((field) => field.error && field.error.includes(error.problem));

const folded = (of, title, unseen, elements) =>
  make("details", { className: "folded", data: { of } },
    make("summary", {}, title, make("span", { className: "unseen" }, unseen)), make("div", { className: "form" }, elements));

class Card {
  constructor(card, acts) {
    this.acts = acts;
    this.key = keyOf(card);
    this.article = card.article;
    this.headline = make("h2", { tabIndex: -1 });
    this.prose = make("div", { className: "prose" });
    this.wrong = make("ul", { className: "errors" });
    this.fields = new Map();
    this.form = make("div", { className: "form" });
    this.remove = card.removable ? make("button", { type: "button", className: "quiet", on: { click: () => acts.remove(this.card) } }, "Remove") : null;
    this.element = make("section", { className: `card ${card.kind}`, data: { index: card.index, kind: card.kind } },
      make("div", { className: "text" }, make("div", { className: "head" }, this.headline, this.remove), this.prose, this.wrong), this.form);
    this.layOut(card);
    this.follow(card, () => false);
  }

  /** Terms that are written first; what says more about a number folded beneath it; lists; terms left out at the end. */
  layOut(card) {
    const paths = new Set(card.fields.map((field) => field.path));
    const lists = new Map((card.lists || []).map((list) => [list.path, new Map()]));
    const ranges = new Map();
    const unwritten = [];
    const put = (path, field) => {
      const list = [...lists.keys()].find((start) => path.startsWith(`${start}.`));
      if (list === undefined) return this.form.append(field.element);
      const entry = `${list}.${path.slice(list.length + 1).split(".")[0]}`;
      lists.get(list).set(entry, [...(lists.get(list).get(entry) || []), field.element]);
      return undefined;
    };
    for (const record of card.fields) {
      const field = new Field(record, this.acts.entered);
      this.fields.set(record.path, field);
      const main = about(record.path, paths);
      if (main) ranges.set(main, [...(ranges.get(main) || []), field.element]);
      else if (isFolded(record, card)) unwritten.push(field.element);
      else put(record.path, field);
    }
    for (const [path, elements] of ranges) {
      const field = this.fields.get(path);
      field.element.append(folded(path, "Range and source", ` of ${field.field.label}`, elements));
    }
    for (const list of card.lists || []) {
      const element = this.list(list, lists.get(list.path));
      if (list.entries.length) this.form.append(element);
      else unwritten.push(element);
    }
    if (unwritten.length) {
      const title = `More terms (${unwritten.length})`;
      this.form.append(folded("unwritten", title, ` of ${card.heading}`, unwritten));
    }
  }

  /** A list of tables: the fields of each entry in a row, a button to take it away, and one to add another. */
  list(list, entries) {
    const rows = list.entries.map((path, at) => {
      const what = `${list.label} ${at + 1}`;
      const away = make("button", { type: "button", className: "quiet", "aria-label": `Remove ${what}`,
        on: { click: () => this.acts.removeEntry(path, what) } }, "Remove");
      return make("div", { className: "row", role: "group", "aria-label": what }, entries.get(path) || [], away);
    });
    const another = make("button", { type: "button", className: "quiet", "aria-label": `Add to ${list.label}`,
      on: { click: () => this.acts.addEntry(list.path) } }, "Add an entry");
    return make("fieldset", { className: "list" }, make("legend", {}, list.label), list.help ? make("p", { className: "help" }, list.help) : null, rows, another);
  }

  follow(card, isWaiting) {
    this.card = card;
    this.headline.textContent = card.heading;
    if (this.remove) this.remove.setAttribute("aria-label", `Remove ${card.heading}`);
    const paragraphs = (card.prose || "").split(/\n+/).filter(Boolean);
    if (this.prose.textContent !== paragraphs.join("")) this.prose.replaceChildren(...paragraphs.map((text) => make("p", {}, text)));
    this.wrong.replaceChildren(...(card.errors || []).filter((error) => !isAtField(error, card)).map((error) => make("li", {}, `${error.problem} ${error.remedy || ""}`)));
    for (const record of card.fields) this.fields.get(record.path).follow(record, isWaiting(record.path));
  }

  fits(card) {
    return keyOf(card) === this.key && card.fields.every((record) => {
      const field = this.fields.get(record.path);
      return field && field.fits(record);
    });
  }
}

/** All cards of the draft in their place. */
export class Cards {
  /** `acts`: entered(field, value), remove(card), addEntry(path) and removeEntry(path, what). */
  constructor(place, acts) {
    this.place = place;
    this.acts = acts;
    this.cards = [];
  }

  /** Show a draft; what is typed, refused, opened or focused stays so wherever its field is still there. */
  show(draft, isWaiting) {
    const kept = this.keep();
    this.cards = draft.cards.map((record, at) => {
      const old = this.cards[at];
      if (old && old.fits(record)) {
        old.follow(record, isWaiting);
        return old;
      }
      const card = new Card(record, this.acts);
      this.place.insertBefore(card.element, old ? old.element : null);
      if (old) old.element.remove();
      this.restore(card, kept);
      return card;
    });
    const shown = new Set(this.cards.map((card) => card.element));
    for (const element of [...this.place.children]) if (!shown.has(element)) element.remove();
    if (kept.focus && document.activeElement === document.body) this.field(kept.focus)?.focus();
  }

  keep() {
    const focused = document.activeElement?.closest?.("[data-path]");
    const open = new Set(), entries = new Map();
    for (const card of this.cards) {
      for (const details of card.element.querySelectorAll("details[open]")) open.add(`${card.card.path}/${details.dataset.of}`);
      for (const [path, field] of card.fields) {
        if (!field.refused && field.isDirty() && field.element.contains(document.activeElement)) {
          entries.set(path, { article: card.article, ...field.read() });
        }
      }
    }
    return { open, entries, focus: focused?.dataset.path };
  }

  restore(card, { open, entries }) {
    for (const details of card.element.querySelectorAll("details")) {
      details.open = open.has(`${card.card.path}/${details.dataset.of}`);
    }
    for (const [path, field] of card.fields) {
      const entry = entries.get(path);
      if (!entry || entry.article !== card.article || !("value" in entry)) continue;
      const written = field.written;
      field.write(entry.value);
      field.written = written;
    }
  }

  field(path) {
    for (const card of this.cards) if (card.fields.has(path)) return card.fields.get(path);
    return null;
  }

  /** Bring a field into sight, opening what it is folded into. */
  goTo(path) {
    const field = this.field(path);
    if (!field) return;
    for (let around = field.element.parentElement; around; around = around.parentElement) if (around.tagName === "DETAILS") around.open = true;
    field.focus();
    field.element.scrollIntoView({ block: "center" });
  }

  /** Put the reader at the heading of a card. */
  focusCard(at) {
    const card = this.cards[Math.max(0, Math.min(at, this.cards.length - 1))];
    card?.headline.focus();
    card?.element.scrollIntoView({ block: "center" });
  }

  /** Fields whose entry was refused. */
  refused() {
    return this.cards.flatMap((card) => [...card.fields.values()].filter((field) => field.refused).map((field) => ({ field, card: card.card })));
  }

  /** Whether anything typed has not been entered yet. */
  isDirty() {
    return this.cards.some((card) => [...card.fields.values()].some((field) => field.isDirty()));
  }
}
