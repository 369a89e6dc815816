/** What stands between < and > in mrkdwn: people, channels, groups, broadcasts, dates, links. */

import { h, link, safeUrl } from "./dom.js";
import { state, userById, channelById, groupById } from "./state.js";
import { formatDate } from "./dates.js";
import { routeTo } from "./route.js";
import { unescape } from "./inline.js";

const BROADCASTS = new Set(["channel", "here", "everyone"]);

export function entity(raw) {
  const bar = raw.indexOf("|");
  const target = bar < 0 ? raw : raw.slice(0, bar);
  const label = bar < 0 ? null : unescape(raw.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  const url = unescape(target);
  return safeUrl(url) ? link(url, label || url.replace(/^mailto:/, "")) : document.createTextNode(label ?? `<${url}>`);
}

export function userMention(id, label) {
  const user = userById(id);
  const mine = id === state.me?.id;
  return h("span", { class: mine ? "mention mine" : "mention", title: user?.real_name }, `@${user?.name ?? label ?? id}`);
}

export function channelMention(id, label) {
  const channel = channelById(id);
  const name = `#${channel?.name ?? (label || "private channel")}`;
  if (!channel) return h("span", { class: "mention" }, name);
  return h("a", { class: "mention", href: routeTo({ user: state.me.id, place: id }) }, name);
}

export function groupMention(id, label) {
  const group = groupById(id);
  const mine = group?.users?.includes(state.me?.id);
  const name = group?.handle ?? (label ?? id).replace(/^@/, "");
  return h("span", { class: mine ? "mention mine" : "mention", title: group?.name }, `@${name}`);
}

export function broadcastMention(range) {
  return h("span", { class: "mention broadcast" }, `@${range}`);
}

export function dateNode(seconds, format, fallback, url) {
  const shown = formatDate(seconds, format, fallback);
  const when = new Date(Number(seconds) * 1000);
  const datetime = Number.isNaN(when.getTime()) ? undefined : when.toISOString();
  const time = h("time", { datetime, title: fallback }, shown);
  return url ? link(url, time) : time;
}

function special(text, label) {
  const [name, ...rest] = text.split("^");
  if (name === "subteam") return groupMention(rest[0], label);
  if (name === "date") return dateNode(rest[0], unescape(rest[1] ?? ""), label ?? "", rest[2] && unescape(rest.slice(2).join("^")));
  if (BROADCASTS.has(name)) return broadcastMention(name);
  return h("span", { class: "mention" }, label ?? `<!${text}>`);
}
