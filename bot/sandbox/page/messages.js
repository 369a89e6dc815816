/** A scrolling list of messages with day lines and grouping; the conversation and the thread both use it. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { dayKey, dayName, fromTs } from "./dates.js";
import { reconcile } from "./keyed.js";
import { authorOf, drawMessage, isQuiet } from "./message.js";
import { announce } from "./notice.js";
import { rove } from "./roving.js";
import { displayName, state } from "./state.js";

const GROUP_SECONDS = 300;
const NEAR_END = 80;

/** Returns {node, show(messages, {dividerAfter?}), toEnd()}. */
export function createMessages({ channel, inThread, label, empty }) {
  const list = h("ol", { class: "messages", "aria-label": label });
  const nothing = h("div", { class: "empty", hidden: true }, empty);
  const newer = h("button", { type: "button", class: "newer", hidden: true, onclick: () => toEnd() }, icon("down"), "New messages");
  const scroller = h("div", { class: "scroller" }, nothing, list);
  const node = h("div", { class: "messages-frame" }, scroller, newer);
  const markTabStop = rove(list);
  let lastSeen = null;
  let pinned = true;

  scroller.addEventListener("scroll", () => {
    pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
    if (pinned) newer.hidden = true;
  });
  new ResizeObserver(() => pinned && toEnd()).observe(scroller);
  new ResizeObserver(() => pinned && toEnd()).observe(list);

  function toEnd() {
    scroller.scrollTop = scroller.scrollHeight;
    newer.hidden = true;
  }

  function show(messages, { dividerAfter } = {}) {
    nothing.hidden = messages.length > 0;
    reconcile(list, withLines(messages, dividerAfter), {
      key: (item) => item.key,
      sign: (item) => JSON.stringify([item, state.version]),
      draw: (item) => (item.line ? h("li", { class: "line" }, h("span", null, item.line)) : drawMessage(item.message, { channel, inThread, compact: item.compact })),
    });
    markTabStop();
    tellNews(messages);
  }

  function tellNews(messages) {
    const fresh = lastSeen === null ? [] : messages.filter((one) => Number(one.ts) > Number(lastSeen));
    lastSeen = messages.at(-1)?.ts ?? "0";
    const others = fresh.filter((one) => one.user !== state.me.id);
    if (others.length) announce(others.map((one) => `${displayName(authorOf(one))}: ${(one.text ?? "").slice(0, 200)}`).join(". "));
    if (fresh.some((one) => one.user === state.me.id)) toEnd();
    else if (others.length && !pinned) newer.hidden = false;
  }

  return { node, show, toEnd };
}

/** Messages with their day lines, as items that say everything their drawing depends on. */
function withLines(messages, dividerAfter) {
  const items = [];
  let previous = null;
  for (const message of messages) {
    const day = dayKey(fromTs(message.ts));
    const newDay = !dividerAfter && (!previous || dayKey(fromTs(previous.ts)) !== day);
    if (newDay) items.push({ key: `day-${day}`, line: dayName(fromTs(message.ts)) });
    items.push({ key: message.ts, message, compact: !newDay && follows(message, previous, dividerAfter) });
    if (dividerAfter?.ts === message.ts) items.push({ key: "divider", line: dividerAfter.label });
    previous = message;
  }
  return items;
}

function follows(message, previous, dividerAfter) {
  return Boolean(previous) && dividerAfter?.ts !== previous.ts && !isQuiet(message) && !isQuiet(previous) &&
    previous.user === message.user && !message.ephemeral_to && !previous.ephemeral_to && !message.blocks?.length && !message.broadcast &&
    Number(message.ts) - Number(previous.ts) < GROUP_SECONDS;
}
