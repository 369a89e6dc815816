/** The left pane: the workspace, its channels with what is new, the app, and who you are. */

import { h } from "./dom.js";
import { icon, signal } from "./icons.js";
import { avatar } from "./avatar.js";
import { appName, botUser, isBotDm, myChannels, channelById, myDm, state } from "./state.js";
import { routeTo } from "./route.js";
import { unreadIn } from "./unread.js";
import { personButton } from "./people.js";
import { showHintAgain } from "./hint.js";

let painted = null;

/** Draws the pane; the person's button stays in place (and open) while it is about the same person. */
export function paintSidebar(onPick) {
  const root = document.getElementById("sidebar");
  if (painted !== state.me.id || !root.querySelector(".me-frame")) {
    painted = state.me.id;
    root.replaceChildren(h("div", { class: "brand-frame contents" }), h("div", { class: "places" }), personButton());
  }
  root.querySelector(".brand-frame").replaceChildren(brand());
  const places = root.querySelector(".places");
  const focused = places.contains(document.activeElement) && document.activeElement.getAttribute("href");
  places.replaceChildren(
    h("h2", { id: "channels-title" }, "Channels"),
    h("ul", { "aria-labelledby": "channels-title" }, myChannels().map((channel) => item(channel, onPick))),
    h("h2", { id: "apps-title" }, "Apps"),
    h("ul", { "aria-labelledby": "apps-title" }, appItem(onPick)));
  if (focused) places.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

function brand() {
  const { team } = state.workspace;
  return h("div", { class: "brand" }, signal(), h("span", null, h("strong", null, team.name), h("small", null, "Interlock sandbox")),
    h("button", { type: "button", class: "ghost", "aria-label": "Show what to try", title: "What to try", onclick: showHintAgain }, icon("help")));
}

function item(channel, onPick) {
  const { count, mentions } = unreadIn(channel.id);
  const current = state.route.place === channel.id;
  return h("li", null, h("a", {
    href: routeTo({ user: state.me.id, place: channel.id }),
    class: count && !current ? "unread" : undefined,
    "aria-current": current ? "page" : undefined,
    onclick: onPick,
  }, icon(channel.is_private ? "lock" : "hash"), h("span", null, channel.name), current ? null : mark(count, mentions)));
}

function appItem(onPick) {
  const { bot } = state.workspace;
  if (!bot) return null;
  const dm = myDm();
  const { count, mentions } = dm ? unreadIn(dm.id) : { count: 0, mentions: 0 };
  const current = state.route.place === "home" || isBotDm(channelById(state.route.place));
  return h("li", null, h("a", {
    href: routeTo({ user: state.me.id, place: "home" }),
    class: count && !current ? "unread" : undefined,
    "aria-current": current ? "page" : undefined,
    onclick: onPick,
  }, avatar(botUser()), h("span", null, appName()),
  current ? null : mark(count, mentions),
  bot.connected === false && h("span", { class: "offline", title: "The app is not connected" }, "offline")));
}

function mark(count, mentions) {
  if (!count) return null;
  return h("span", { class: mentions ? "count mention" : "count" }, count > 99 ? "99+" : count, h("span", { class: "visually-hidden" }, " new"));
}
