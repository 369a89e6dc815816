/** The first visit's hint: one release from open to done, and who to be for each step. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { state, userById } from "./state.js";
import { routeTo } from "./route.js";

const DISMISSED = "interlock/hint/dismissed";
const CHANNEL = "C01REL";
const STEPS = [
  { who: ["U01LEE"], does: "opens a release", type: "/release open checkout v2.1.0 prod" },
  { who: ["U01DANA", "U01RAVI"], does: "approve it on its card" },
  { who: ["U01MIKA"], does: "promotes it, step by step" },
];

const shown = new Set();

/** `fill(text)` puts words into the composer. */
export function createHint(fill) {
  const node = h("aside", { class: "hint", "aria-label": "What to try" });
  const paint = () => {
    if (!node.isConnected && node.childElementCount) shown.delete(paint);
    node.hidden = localStorage.getItem(DISMISSED) === "yes" || !state.me || !STEPS[0].who.every(userById);
    node.replaceChildren(...content(fill));
  };
  shown.clear();
  shown.add(paint);
  paint();
  return { node };
}

export function showHintAgain() {
  localStorage.removeItem(DISMISSED);
  for (const paint of shown) paint();
}

function dismiss() {
  localStorage.setItem(DISMISSED, "yes");
  for (const paint of shown) paint();
}

function content(fill) {
  return [
    h("div", { class: "hint-head" }, h("strong", null, "Take a release from open to done"),
      h("button", { type: "button", class: "ghost", "aria-label": "Dismiss the hint", onclick: dismiss }, icon("close"))),
    h("ol", null, STEPS.map((step) => h("li", null, names(step.who), ` ${step.does}`, step.type && tryIt(step, fill)))),
  ];
}

function names(ids) {
  return ids.filter(userById).flatMap((id, index) => {
    const name = userById(id).real_name.split(" ")[0];
    const face = id === state.me.id ? h("strong", null, `${name} (you)`) : h("a", { href: routeTo({ user: id, place: CHANNEL }), title: `Be ${name}` }, name);
    return index ? [" and ", face] : [face];
  });
}

function tryIt(step, fill) {
  const mine = step.who.includes(state.me.id) && state.route.place === CHANNEL;
  return [": ", mine ? h("button", { type: "button", class: "hint-try", onclick: () => fill(step.type) }, h("code", null, step.type)) : h("code", null, step.type)];
}
