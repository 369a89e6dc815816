/** One message: who, when, its text or blocks, its marks, and what can be done with it. */

import { h, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { badge } from "./badges.js";
import { renderBlocks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";
import { menuButton } from "./menu.js";
import { fullTime, timeOf } from "./dates.js";
import { botUser, displayName, state, userById } from "./state.js";
import { routeTo } from "./route.js";
import * as api from "./api.js";
import { toldBySlackbot } from "./errors.js";
import { orToast, toast } from "./notice.js";

const QUIET = new Set(["channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "group_join", "tombstone"]);

export const authorOf = (message) => userById(message.user) ?? (message.bot_id ? botUser() : undefined);
export const isQuiet = (message) => QUIET.has(message.subtype);
export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;
export const isBroadcast = (message) => Boolean(message.broadcast) || message.subtype === "thread_broadcast";

/** `where` is {channel, inThread, compact}; `compact` hides the name because the same person spoke just before. */
export function drawMessage(message, where) {
  const author = authorOf(message);
  const name = author ? displayName(author) : message.username ?? "Someone";
  const row = h("li", {
    class: ["message", where.compact && "compact", message.ephemeral_to && "ephemeral", isQuiet(message) && "quiet"].filter(Boolean).join(" "),
    tabindex: "-1",
    "aria-label": `${name}, ${timeOf(message.ts)}`,
    dataset: { ts: message.ts },
  });
  row.append(h("div", { class: "gutter" }, where.compact ? h("time", { class: "side-time", title: fullTime(message.ts) }, timeOf(message.ts)) : avatar(author)));
  const body = h("div", { class: "body" });
  if (message.ephemeral_to) body.append(h("p", { class: "only-you" }, icon("eye"), "Only visible to you"));
  if (!where.compact) body.append(byline(message, author, name));
  body.append(...[broadcastMark(message, where), content(message, where), files(message), replyBar(message, where)].filter(Boolean));
  row.append(body);
  if (!isQuiet(message)) row.append(tools(message, where));
  return row;
}

function byline(message, author, name) {
  return h("p", { class: "byline" },
    h("strong", null, name), badge(author),
    h("time", { datetime: new Date(Number(message.ts) * 1000).toISOString(), title: fullTime(message.ts) }, timeOf(message.ts)),
    message.blocks?.length ? editedMark(message) : null);
}

function editedMark(message) {
  return message.edited && h("span", { class: "edited", title: message.edited.ts ? fullTime(message.edited.ts) : undefined }, "(edited)");
}

function broadcastMark(message, where) {
  if (!isBroadcast(message)) return null;
  if (where.inThread) return h("p", { class: "broadcast-mark" }, icon("share"), "Also sent to the channel");
  const href = routeTo({ user: state.me.id, place: where.channel, thread: message.thread_ts });
  return h("p", { class: "broadcast-mark" }, icon("share"), h("a", { href }, "Replied to a thread"));
}

function content(message, where) {
  if (message.blocks?.length) return h("div", { class: "card" }, renderBlocks(message.blocks, surfaceOf(message, where)));
  return h("div", { class: "text" }, mrkdwn(message.text ?? ""), message.edited && " ", editedMark(message));
}

function surfaceOf(message, where) {
  return { act: (action) => orToast(() => api.click({ user: state.me.id, channel: where.channel, ts: message.ts, ...action }), toldBySlackbot) };
}

function files(message) {
  if (!message.files?.length) return null;
  return h("ul", { class: "files", "aria-label": "Files" }, message.files.map((file) => {
    const url = file.url_private ?? file.permalink;
    const face = [icon("file"), h("span", null, file.title || file.name, h("small", null, file.size ? `${Math.ceil(file.size / 1024)} KB` : ""))];
    const href = url?.startsWith("/") ? url : safeUrl(url);
    return h("li", null, href ? h("a", { class: "file", href, target: "_blank", rel: "noopener noreferrer" }, face) : h("span", { class: "file" }, face));
  }));
}

function replyBar(message, where) {
  if (where.inThread || !message.reply_count || isReply(message)) return null;
  const href = routeTo({ user: state.me.id, place: where.channel, thread: message.ts });
  return h("a", { class: "reply-bar", href, dataset: { key: "replies" } },
    h("span", { class: "reply-faces" }, (message.reply_users ?? []).slice(0, 4).map((id) => avatar(userById(id)))),
    h("strong", null, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    message.latest_reply && h("span", null, `Last at ${timeOf(message.latest_reply)}`));
}

function tools(message, where) {
  const thread = message.thread_ts ?? message.ts;
  const reply = where.inThread || message.ephemeral_to ? null : h("a", {
    class: "tool", href: routeTo({ user: state.me.id, place: where.channel, thread }), "aria-label": "Reply in thread", title: "Reply in thread", dataset: { key: "reply" },
  }, icon("reply"));
  const more = menuButton({ class: "tool", label: "Message menu", face: icon("more"), items: () => menuItems(message, where) });
  more.dataset.key = "more";
  return h("div", { class: "tools" }, reply, more);
}

function menuItems(message, where) {
  const shortcuts = message.ephemeral_to ? [] : state.workspace.shortcuts.filter((one) => one.type !== "global");
  return [
    ...shortcuts.map((one) => ({
      icon: icon("bolt"),
      label: one.name,
      note: one.description,
      run: () => orToast(() => api.shortcut({ user: state.me.id, channel: where.channel, ts: message.ts, callback_id: one.callback_id }), toldBySlackbot),
    })),
    {
      icon: icon("copy"),
      label: "Copy text",
      run: async () => {
        await navigator.clipboard?.writeText(message.text ?? "").then(() => toast("Copied."), () => toast("The browser did not allow copying."));
      },
    },
  ];
}
