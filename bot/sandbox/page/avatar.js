/** A person's initials on a colour that is always theirs; the app wears its signal. */

import { h } from "./dom.js";
import { signal } from "./icons.js";
import { displayName } from "./state.js";

const HUES = 12;

export function avatar(user) {
  if (user?.is_bot) return h("span", { class: "avatar bot", "aria-hidden": "true" }, signal());
  const name = displayName(user);
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase();
  const hue = [...(user?.id ?? "")].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7) % HUES;
  return h("span", { class: "avatar", "aria-hidden": "true", "data-hue": hue }, initials);
}
