/** The bar above a conversation: back (on a phone), its name, what it is about, who you are. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { appName, displayName, isBotDm, state } from "./state.js";
import { routeTo } from "./route.js";

export function channelHeader(channel, navigation) {
  const members = Array.isArray(channel.members) ? channel.members.length : channel.members;
  return bar(navigation,
    h("h1", null, channel.is_private ? icon("lock") : icon("hash"), channel.name),
    h("p", { class: "topic" }, [members && `${members} members`, channel.is_ext_shared && "shared with another company", channel.topic].filter(Boolean).join(" · ")));
}

/** The app has two tabs, as in Slack. */
export function appHeader(tab, dmId, navigation) {
  const user = state.me.id;
  const tabLink = (name, place, current) => h("a", { href: routeTo({ user, place }), "aria-current": current ? "page" : undefined }, name);
  return bar(navigation,
    h("h1", null, appName()),
    h("nav", { class: "tabs", "aria-label": "App" }, tabLink("Home", "home", tab === "home"), tabLink("Messages", dmId ?? "dm", tab === "messages")));
}

export function conversationHeader(channel, navigation) {
  return isBotDm(channel) ? appHeader("messages", channel.id, navigation) : channelHeader(channel, navigation);
}

function bar({ showList, showPeople }, ...content) {
  return h("header", { class: "bar" },
    h("button", { type: "button", class: "ghost back", "aria-label": "Channels and people", onclick: showList }, icon("back")),
    h("div", { class: "bar-words" }, content),
    h("button", { type: "button", class: "whoami", "aria-label": `You are ${displayName(state.me)}. Switch person`, onclick: showPeople }, avatar(state.me)));
}
