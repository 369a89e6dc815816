/** A person's initials on a colour that is theirs in this workspace; the app wears its signal. */

import { h } from "./dom.js";
import { signal } from "./icons.js";
import { displayName, isApp, state } from "./state.js";

const HUES = 12;

export function avatar(user) {
  if (isApp(user)) return h("span", { class: "avatar bot", "aria-hidden": "true" }, signal());
  const name = displayName(user);
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const hue = Math.max(0, state.workspace.users.findIndex((one) => one.id === user?.id)) % HUES;
  return h("span", { class: "avatar", "aria-hidden": "true", "data-hue": hue }, initials);
}
