// @ts-check
// The visit: a random number by which the server knows this browser again, in this tab, for this session.

/** The number, and whether it was there before. Where storage is refused the visit lasts as long as the page: a reload asks for a code again. @param {string} session @returns {[string, boolean]} */
export function findVisit(session) {
  const key = `lava-visit:${session}`;
  try {
    const stored = sessionStorage.getItem(key);
    if (stored?.length === 43) {
      return [stored, true];
    }
  } catch {
    // Refused: a new one.
  }

  const random = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  const made = random.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  try {
    sessionStorage.setItem(key, made);
  } catch {
    // Refused: it lives in memory.
  }

  return [made, false];
}
