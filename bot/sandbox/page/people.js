/** Who you are: every person is a link, so a second tab can be a second person. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { badge } from "./badges.js";
import { place } from "./menu.js";
import { displayName, people, state } from "./state.js";
import { routeTo } from "./route.js";

export function personButton() {
  const panel = h("div", { id: "people", class: "people", popover: "auto", role: "dialog", "aria-label": "Be someone else", onkeydown: walk });
  const button = h("button", { type: "button", class: "me", popovertarget: "people", "aria-haspopup": "dialog", "aria-label": `You are ${displayName(state.me)}. Switch person` },
    avatar(state.me), words(state.me), icon("swap"));
  panel.addEventListener("beforetoggle", (event) => event.newState === "open" && panel.replaceChildren(...content()));
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    place(panel, button);
    (panel.querySelector("[aria-current]") ?? panel.querySelector("a"))?.focus();
  });
  panel.addEventListener("click", (event) => event.target.closest("a") && !event.ctrlKey && !event.metaKey && panel.hidePopover());
  return h("div", { class: "me-frame" }, button, panel);
}

function content() {
  const { place: where } = state.route;
  return [
    h("p", { class: "people-title" }, "Be someone else", h("small", null, "Open a person in a second tab to be two people at once.")),
    h("ul", null, people().map((user) => h("li", null,
      h("a", { href: routeTo({ user: user.id, place: keepPlace(where) }), "aria-current": user.id === state.me.id ? "true" : undefined }, avatar(user), words(user), badge(user))))),
  ];
}

/** A direct message belongs to one person; a channel can be looked at by the next. */
const keepPlace = (where) => (where?.startsWith("D") ? null : where);

function words(user) {
  return h("span", { class: "person" }, h("strong", null, displayName(user)), h("small", null, roleHint(user)));
}

function roleHint(user) {
  const hint = user.roles_hint;
  const shown = Array.isArray(hint) ? hint.join(", ") : hint;
  return shown || `@${user.name}`;
}

function walk(event) {
  const links = [...event.currentTarget.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const next = { ArrowDown: (at + 1) % links.length, ArrowUp: (at - 1 + links.length) % links.length, Home: 0, End: links.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  links[next].focus();
}
