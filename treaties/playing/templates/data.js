// The treaty and its designs, packed into the page: base64 of a deflated (zlib) JSON text.

/** The data; raises if the browser is too old to unpack it. */
async function unpacked(text) {
  if (typeof DecompressionStream === "undefined") {
    throw new Error("This browser is too old for the page: use one from 2023 or later (Firefox 113, Chrome 80, Safari 16.4).");
  }
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
