// Two drafts side by side: verdicts, what each party has, and every term that they say differently.

import { byId, make } from "./page.js";
import { Lost, post } from "./server.js";
import { number } from "./numbers.js";
import { margin } from "./strip.js";

/** The dialog; `draft()` gives the draft of the page. */
export class Comparing {
  constructor(draft) {
    this.draft = draft;
    this.kept = [];
    this.dialog = byId("side-by-side");
    this.choice = byId("other");
    this.file = byId("other-file");
    this.choice.addEventListener("change", () => this.chosen());
    this.file.addEventListener("change", async () => {
      const [file] = this.file.files;
      if (file) this.ask({ text: await file.text(), title: file.name });
    });
    byId("keep").addEventListener("click", () => this.keep());
    this.dialog.querySelector(".close").addEventListener("click", () => this.dialog.close());
  }

  open() {
    this.fill(this.choice.value || "saved");
    this.dialog.showModal();
    this.chosen();
  }

  keep() {
    const draft = this.draft();
    this.kept.push({ title: `Draft kept at change ${draft.revision}`, text: draft.text });
    this.fill(String(this.kept.length - 1));
    this.chosen();
  }

  fill(value) {
    const option = (name, text) => make("option", { value: name }, text);
    this.choice.replaceChildren(option("saved", "the file as it was saved"), ...this.kept.map((kept, at) => option(String(at), kept.title)), option("file", "another file …"));
    this.choice.value = value;
  }

  chosen() {
    const other = this.choice.value;
    this.file.hidden = other !== "file";
    byId("compared").replaceChildren();
    if (other === "saved") this.ask({ title: "The file" });
    else if (other === "file") this.file.focus();
    else this.ask(this.kept[Number(other)]);
  }

  async ask({ text = null, title }) {
    byId("compared").replaceChildren(make("p", {}, "Comparing …"));
    try {
      const { status, data } = await post("/api/compare", { text, title });
      byId("compared").replaceChildren(...(status === 200 ? this.table(data) : this.faults(data)));
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      byId("compared").replaceChildren(make("p", { className: "error" }, "The studio does not answer. Try again when it is back."));
    }
  }

  faults(data) {
    const errors = data.errors || [data.error];
    return [make("ul", { className: "errors" }, errors.map((error) => make("li", {}, [error.path || error.place, error.problem, error.remedy].filter(Boolean).join(": "))))];
  }

  table({ left, right, changes }) {
    const row = (name, one, other) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, one), make("td", {}, other));
    const verdict = (side) => side.verdict && typeof side.verdict === "object" ? side.verdict : side;
    const [a, b] = [verdict(left), verdict(right)];
    const worth = new Map([...(a.values || []), ...(b.values || [])].map((value) => [value.party, value.name || value.party]));
    const of = (side, party) => number((side.values || []).find((value) => value.party === party)?.compliance);
    return [make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Comparison" },
      make("table", { className: "sides" },
        make("thead", {}, make("tr", {}, make("td", {}), make("th", { scope: "col" }, left.title), make("th", { scope: "col" }, right.title))),
        make("tbody", {},
          row("Answer", a.headline, b.headline), row("Margin", margin(a), margin(b)),
          a.weakest || b.weakest ? row("Weakest link", a.weakest || "–", b.weakest || "–") : "",
          [...worth].map(([party, name]) => row(`${name}, if all keep it`, of(a, party), of(b, party)))),
        make("tbody", {},
          make("tr", {}, make("th", { scope: "rowgroup", colSpan: 3, className: "group" }, changes.length ? `Terms that differ (${changes.length})` : "No term differs")),
          changes.map((one) => row(one.label || one.path, one.left ?? "not there", one.right ?? "not there"))))),
      make("p", { className: "small" }, "Both are computed; the proof of this draft is told in the strip.")];
  }
}
