/** What was typed, as Slack's client sends it: escaped, with @names and #names turned into ids. */

import { state } from "./state.js";

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function outgoing(text) {
  const users = new Map(state.workspace.users.map((user) => [user.name, user.id]));
  const groups = new Map(state.workspace.usergroups.map((group) => [group.handle, group.id]));
  const channels = new Map(state.workspace.channels.map((channel) => [channel.name, channel.id]));
  return escape(text)
    .replace(/(^|[\s(])@([\w.-]*\w)/g, (whole, before, name) => {
      if (users.has(name)) return `${before}<@${users.get(name)}>`;
      return groups.has(name) ? `${before}<!subteam^${groups.get(name)}>` : whole;
    })
    .replace(/(^|[\s(])#([\w-]*\w)/g, (whole, before, name) => (channels.has(name) ? `${before}<#${channels.get(name)}>` : whole));
}
