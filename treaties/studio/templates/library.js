// The library of clauses: a dialog with a search, from which one is added.

import { byId, make } from "./page.js";

/** Opens the library; `add(kind)` is called with what is chosen. */
export class Library {
  constructor(add) {
    this.add = add;
    this.dialog = byId("library");
    this.wanted = byId("wanted");
    this.wanted.addEventListener("input", () => this.show());
    this.wanted.addEventListener("keydown", (event) => {
      const only = byId("kinds").querySelectorAll("button");
      if (event.key === "Enter" && only.length === 1) only[0].click();
      if (event.key === "ArrowDown" && only.length) {
        event.preventDefault();
        only[0].focus();
      }
    });
    byId("kinds").addEventListener("keydown", (event) => this.walk(event));
    this.dialog.querySelector(".close").addEventListener("click", () => this.dialog.close());
  }

  open(entries) {
    this.entries = entries;
    this.wanted.value = "";
    this.show();
    this.dialog.showModal();
    this.wanted.focus();
  }

  show() {
    const words = this.wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = (entry) => `${entry.kind} ${entry.label} ${entry.group || ""} ${entry.summary}`.toLowerCase();
    const found = this.entries.filter((entry) => words.every((word) => text(entry).includes(word)));
    byId("found").textContent = found.length ? `${found.length} of ${this.entries.length} clauses` : "No clause has these words. Try fewer.";
    byId("kinds").replaceChildren(...found.map((entry) => make("li", {},
      make("button", { type: "button", data: { kind: entry.kind }, on: { click: () => this.choose(entry) } },
        make("strong", {}, entry.label), " ", make("span", { className: "small" }, entry.group || ""), make("span", { className: "summary" }, entry.summary)))));
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...byId("kinds").querySelectorAll("button")];
    const next = all[all.indexOf(document.activeElement) + step];
    (next || (step < 0 ? this.wanted : all.at(-1))).focus();
  }

  choose(entry) {
    this.dialog.close();
    this.add(entry);
  }
}
