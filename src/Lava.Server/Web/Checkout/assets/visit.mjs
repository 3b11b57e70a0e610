// @ts-check
// The visit: a random number by which the server knows this browser again, in this tab, for this session. Browsers that keep other
// sites' frames from storing anything (private windows do) still keep the frame's own history: there it outlives a reload, though not
// the frame. Both are for pages of this origin alone.

const length = 43;

/** The number, and whether it was there before. @param {string} session @returns {[string, boolean]} */
export function findVisit(session) {
  const key = `lava-visit:${session}`;
  const known = [stored(key), history.state?.[key]].find(visit => visit?.length === length);
  const visit = known ?? make();
  try {
    sessionStorage.setItem(key, visit);
  } catch {
    history.replaceState({ [key]: visit }, "");
  }

  return [visit, known !== undefined];
}

/** @param {string} key */
function stored(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** 32 random bytes in base64url. */
function make() {
  const random = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  return random.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
