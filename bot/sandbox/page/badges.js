/** What kind of account this is, where it matters for rights. */

import { h } from "./dom.js";

const KINDS = [
  ["deleted", "deactivated", "off"],
  ["is_stranger", "external", "warn"],
  ["is_ultra_restricted", "single-channel guest", "warn"],
  ["is_restricted", "guest", "warn"],
  ["is_bot", "app", "plain"],
];

export function badge(user) {
  const kind = KINDS.find(([flag]) => user?.[flag]);
  return kind ? h("span", { class: `badge ${kind[2]}` }, kind[1]) : null;
}
