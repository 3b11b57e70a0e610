// Sessions of the scripted checkout (tests/Lava.Testing/Checkout).
import { lava } from "./harness.mjs";

/** @returns {Promise<{ id: string, secret: string, token: string }>} */
export const session = async fields => (await fetch(`${lava}scripted`, { method: "POST", body: JSON.stringify(fields ?? {}) })).json();

export const look = async ({ id }) => (await fetch(`${lava}scripted/${id}`)).json();

/** Is the database away, for this session? */
export const setAway = ({ id }, isAway) => fetch(`${lava}scripted/${id}/away`, { method: isAway ? "PUT" : "DELETE" });
