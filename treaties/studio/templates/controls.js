// One form control for one field of the draft: drawn from its record, read, written, and marked where it is refused.

import { make } from "./page.js";

const idOf = (path) => "field-" + path.replace(/[^\w.-]/g, "_");
const shown = (value) => (value === null || value === undefined ? "" : String(value));
const listed = (value) => (Array.isArray(value) ? value.map(shown).join(", ") : shown(value));

/** What was typed as the value that files write: a number where it is one, nothing where it is empty. */
function fromText(text, field) {
  const typed = text.trim();
  if (typed === "") return null;
  if (field.control === "list") return typed.split(",").map((part) => scalar(part.trim())).filter((part) => part !== "");
  return field.control === "text" && typeof field.value !== "number" ? typed : scalar(typed);
}

const scalar = (typed) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(typed) ? Number(typed) : typed);

/** A field: its label, control, unit, help and place for an error.  `entered(field, value)` is called with each entry. */
export class Field {
  constructor(field, entered) {
    this.field = field;
    this.entered = entered;
    this.id = idOf(field.path);
    this.help = field.help ? make("p", { className: "help", id: `${this.id}-help` }, field.help) : null;
    this.error = make("p", { className: "error", id: `${this.id}-error`, hidden: true });
    this.control = this.draw();
    this.element = this.wrap();
    this.follow(field, false);
    this.element.addEventListener("change", (event) => {
      event.stopPropagation();
      this.enter();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.putBack();
    });
  }

  /** Whether its control would be drawn otherwise for another record. */
  fits(field) {
    return this.signature(field) === this.signature(this.field);
  }

  signature(field) {
    const { path, label, control, min, max, step, choices, unit, help } = field;
    const typed = ["number", "integer"].includes(control) && typeof field.value === "string";
    return JSON.stringify([path, label, control, min, max, step, choices, unit, help, typed, this.kind(field)]);
  }

  kind(field) {
    const some = Array.isArray(field.choices) && field.choices.length > 0;
    if (field.control === "list" && some) return "boxes";
    if (field.control === "choice" || (field.control === "bool" && typeof field.value !== "boolean")) return "select";
    if (field.control === "bool") return "box";
    if (["number", "integer"].includes(field.control) && typeof field.value !== "string" && !some) return "number";
    return field.control === "text" && shown(field.value).length > 70 ? "area" : "line";
  }

  draw() {
    const { field, id } = this;
    const described = [this.help ? this.help.id : "", this.error.id].filter(Boolean).join(" ");
    const common = { id, name: field.path, "aria-describedby": described, autocomplete: "off" };
    switch (this.kind(field)) {
      case "boxes":
        this.boxes = field.choices.map((choice) => make("input", { type: "checkbox", name: field.path, value: shown(choice) }));
        return make("fieldset", { id, "aria-describedby": described },
          make("legend", {}, field.label),
          this.boxes.map((box, at) => make("label", { className: "box" }, box, " ", this.word(field.choices[at]))));
      case "select":
        return make("select", common, make("option", { value: "" }, field.required ? "choose" : field.default ? `not written (${field.default})` : "not written"),
          (field.choices || [true, false]).map((choice) => make("option", { value: shown(choice) }, this.word(choice))));
      case "box":
        return make("input", { ...common, type: "checkbox" });
      case "number":
        return make("input", { ...common, type: "number", min: field.min ?? null, max: field.max ?? null,
          step: field.step ?? (field.control === "integer" ? 1 : "any") });
      case "area":
        return make("textarea", { ...common, rows: 3 });
      default: {
        const some = Array.isArray(field.choices) && field.choices.length > 0;
        return make("input", { ...common, type: "text", spellcheck: false, list: some ? `${id}-list` : null });
      }
    }
  }

  /** What a reader calls a choice. */
  word(choice) {
    if (typeof choice === "boolean") return choice ? "yes" : "no";
    const at = (this.field.choices || []).indexOf(choice);
    return (this.field.names || [])[at] || shown(choice);
  }

  wrap() {
    const { field, id, control } = this;
    const limits = this.limits();
    const unit = [field.unit, limits].filter(Boolean).join(", ");
    const kind = this.kind(field);
    const some = kind === "line" && Array.isArray(field.choices) && field.choices.length > 0;
    return make("div", { className: `field ${kind}`, data: { path: field.path } },
      kind === "boxes" ? null : make("label", { htmlFor: id }, field.label),
      make("div", { className: "entry" }, control, unit ? make("span", { className: "unit" }, unit) : null),
      some ? make("datalist", { id: `${id}-list` }, field.choices.map((choice) => make("option", { value: shown(choice) }))) : null,
      this.error, this.help);
  }

  limits() {
    const { min, max } = this.field;
    if (this.kind(this.field) !== "number" || (typeof min !== "number" && typeof max !== "number")) return "";
    if (typeof max !== "number") return `${min} or more`;
    return typeof min === "number" ? `${min} to ${max}` : `${max} at most`;
  }

  /** What the control holds now, as the draft would; `problem` where it is nothing that can be sent. */
  read() {
    switch (this.kind(this.field)) {
      case "boxes": {
        const chosen = this.field.choices.filter((_, at) => this.boxes[at].checked);
        return { value: chosen.length ? chosen : null };
      }
      case "select": {
        const at = this.control.selectedIndex - 1;
        return { value: at < 0 ? null : (this.field.choices || [true, false])[at] };
      }
      case "box":
        return { value: this.control.checked };
      case "number":
        if (this.control.validity.badInput) return { problem: "This is no number. Write digits, with a point for decimals." };
        return { value: this.control.value === "" ? null : Number(this.control.value) };
      default:
        return { value: fromText(this.control.value, this.field) };
    }
  }

  /** Put a value of the draft into the control. */
  write(value) {
    this.written = value;
    switch (this.kind(this.field)) {
      case "boxes": {
        const chosen = (Array.isArray(value) ? value : value === null ? [] : [value]).map(shown);
        for (const box of this.boxes) box.checked = chosen.includes(box.value);
        break;
      }
      case "select":
        this.control.value = shown(value);
        break;
      case "box":
        this.control.checked = value === true;
        break;
      default: {
        const text = listed(value);
        if (this.control.value !== text) this.control.value = text;
      }
    }
  }

  /** Whether it holds something else than the draft. */
  isDirty() {
    const { value, problem } = this.read();
    return Boolean(problem) || JSON.stringify(value ?? null) !== JSON.stringify(this.written ?? null);
  }

  /** Hand on what the control holds, if it is anything new. */
  enter() {
    const { value, problem } = this.read();
    this.unsendable = Boolean(problem);
    if (problem) this.refuse(problem);
    if (problem || !(this.isDirty() || this.refused)) this.entered(this.field, undefined);
    else this.entered(this.field, value);
  }

  /** Put the draft's value back in place of what is being typed, and of an entry that was refused. */
  putBack() {
    const entered = this.refused && !this.unsendable;
    this.unsendable = false;
    this.write(this.written);
    this.accept();
    this.entered(this.field, entered ? this.written ?? null : undefined);
  }

  /** Say at the field why the entry cannot stand; the entry stays in sight. */
  refuse(problem) {
    this.refused = true;
    this.error.textContent = problem;
    this.error.hidden = false;
    this.element.classList.add("refused");
    this.mark("true");
  }

  accept() {
    this.refused = false;
    this.error.hidden = true;
    this.error.textContent = "";
    this.element.classList.remove("refused");
    this.mark(null);
  }

  mark(invalid) {
    for (const control of this.boxes || [this.control]) {
      if (invalid) control.setAttribute("aria-invalid", invalid);
      else control.removeAttribute("aria-invalid");
    }
  }

  /** Follow the draft, but not over an entry that is on its way or still being made. */
  follow(field, isWaiting) {
    const typing = this.written !== undefined && this.element.contains(document.activeElement) && this.isDirty() && !this.refused;
    const kept = isWaiting || typing || this.unsendable;
    this.field = field;
    if (kept) {
      this.written = field.value;
      return;
    }
    const entered = field.error && field.entered !== null && field.entered !== undefined;
    this.write(entered ? field.entered : field.value);
    this.written = field.value;
    if (field.error) this.refuse(field.error);
    else this.accept();
  }

  focus() {
    (this.boxes ? this.boxes[0] : this.control).focus();
  }
}
