/** The right pane: a message and its replies, with a composer of its own. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { createComposer } from "./composer.js";
import { createMessages } from "./messages.js";
import { appName, channelById, isBotDm, state } from "./state.js";
import { routeTo } from "./route.js";
import { coalesce } from "./coalesce.js";
import { sentence } from "./errors.js";
import * as api from "./api.js";

/** Returns {node, refresh(), focus()}. */
export function createThread(channelId, threadTs) {
  const channel = channelById(channelId);
  const name = isBotDm(channel) ? appName() : `#${channel?.name ?? channelId}`;
  const out = routeTo({ user: state.me.id, place: channelId });
  const composer = createComposer({ channel: channelId, thread_ts: threadTs, name });
  const list = createMessages({ channel: channelId, inThread: true, label: "Thread", empty: "This thread has no messages." });
  const node = h("div", { class: "pane" },
    h("header", { class: "bar" },
      h("a", { class: "ghost back", href: out, "aria-label": `Back to ${name}` }, icon("back")),
      h("div", { class: "bar-words" }, h("h2", null, "Thread"), h("p", { class: "topic" }, name)),
      h("a", { class: "ghost close", href: out, "aria-label": "Close thread" }, icon("close"))),
    list.node, composer.node);

  const refresh = coalesce(async () => {
    try {
      const { messages } = await api.messages(channelId, state.me.id, threadTs);
      const replies = messages.filter((one) => one.ts !== threadTs).length;
      const label = replies ? `${replies} ${replies === 1 ? "reply" : "replies"}` : "No replies yet";
      list.show(messages, { dividerAfter: { ts: threadTs, label } });
    } catch (error) {
      if (error.code !== "unreachable") list.node.replaceChildren(h("p", { class: "empty" }, sentence(error)));
    }
  });

  return { node, refresh, focus: composer.focus };
}
