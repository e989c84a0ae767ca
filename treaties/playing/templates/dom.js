// Building the page: elements from plain calls. Texts are set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** Puts attributes and children on an element; `on…` attributes are listeners; null, false and undefined are left out. */
function dressed(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const h = (tag, attributes, ...children) => dressed(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) => dressed(document.createElementNS(SVG, tag), attributes, children);

/** A drawing with a name that is read aloud. */
const drawing = (width, height, name, ...children) =>
  s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name }, ...children);

const button = (label, onclick, attributes) => h("button", { type: "button", onclick, ...attributes }, label);

/**
 * One choice out of few, as native radio buttons that look like cards: [[value, label], …].
 * `picked` is told the value; nothing is chosen if `chosen` is null.
 */
function choice(name, legend, options, chosen, picked, attributes) {
  return h("fieldset", { class: "choice", ...attributes },
    h("legend", null, legend),
    h("div", { class: "options" }, options.map(([value, label], k) =>
      h("label", null,
        h("input", {
          type: "radio", name, value: k, checked: chosen === value, onchange: () => picked(value),
        }),
        h("span", null, label)))));
}

/** Saves a text under a name, as the browser saves any download. */
function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(address);
}
