/** The middle pane: one channel or direct message, with its composer. */

import { h } from "./dom.js";
import { createComposer } from "./composer.js";
import { createMessages } from "./messages.js";
import { conversationHeader } from "./header.js";
import { createHint } from "./hint.js";
import { appName, isBotDm, state } from "./state.js";
import { coalesce } from "./coalesce.js";
import { sentence } from "./errors.js";
import * as api from "./api.js";

/** `onRead(messages)` hears what this person has now seen. Returns {node, refresh(), redraw(), focus(), fill(text)}. */
export function createConversation(channel, { onRead, ...navigation }) {
  const name = isBotDm(channel) ? appName() : `#${channel.name}`;
  const composer = createComposer({ channel: channel.id, name });
  const list = createMessages({ channel: channel.id, inThread: false, label: `Messages in ${name}`, empty: emptyWords(channel, name) });
  const header = h("div", { class: "contents" }, conversationHeader(channel, navigation));
  const hint = createHint((text) => composer.fill(text));
  const node = h("div", { class: "pane" }, header, list.node, hint.node, composer.node);

  const refresh = coalesce(async () => {
    try {
      const { messages } = await api.messages(channel.id, state.me.id);
      list.show(messages);
      onRead(messages);
    } catch (error) {
      if (error.code !== "unreachable") node.replaceChildren(header, h("p", { class: "empty" }, sentence(error)));
    }
  });

  function redraw(fresh) {
    header.replaceChildren(conversationHeader(fresh, navigation));
    return refresh();
  }

  return { node, refresh, redraw, focus: composer.focus, fill: composer.fill };
}

function emptyWords(channel, name) {
  const first = isBotDm(channel) ? `This is the start of your conversation with ${name}.` : `This is the start of ${name}.`;
  return [h("p", { class: "empty-title" }, first), h("p", null, "Type ", h("kbd", null, "/"), " to see what the app can do.")];
}
