// Making and finding elements.  Text is always set as text, so that nothing in a treaty file acts as markup.

export const byId = (id) => document.getElementById(id);

/** An element with its properties, attributes (after a colon) and children. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key in element && !key.includes("-") && key !== "list") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Say something to those who cannot see it change. */
export function say(text) {
  const place = byId("said");
  if (place.textContent !== text) place.textContent = text;
}

/** A button that can be out of use without losing the focus. */
export function usable(button, can) {
  button.setAttribute("aria-disabled", String(!can));
}

export const isUsable = (button) => button.getAttribute("aria-disabled") !== "true";
