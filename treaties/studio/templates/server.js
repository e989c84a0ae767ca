// Asking the server of this page, and nobody else.

/** The server gave no answer: it is gone, or busy being started again. */
export class Lost extends Error {}

async function asked(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options });
  } catch {
    throw new Lost(path);
  }
  if (answer.status === 204) return { status: 204, data: null };
  try {
    return { status: answer.status, data: await answer.json() };
  } catch {
    throw new Lost(path);  // cut off in the middle
  }
}

/** GET; the status and the JSON object. */
export const get = (path) => asked(path, { method: "GET" });

/** POST a JSON object; the status and the JSON object that comes back. */
export const post = (path, body) =>
  asked(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
