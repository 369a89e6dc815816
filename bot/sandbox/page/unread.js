/** Which channels hold something this person has not seen; remembered in this browser, person by person. */

import { state } from "./state.js";
import * as api from "./api.js";

const counts = new Map();
const storeKey = (channel) => `interlock/read/${state.workspace.team.id}/${state.me.id}/${channel}`;

/** {count, mentions} of a channel. */
export const unreadIn = (channel) => counts.get(`${state.me.id}/${channel}`) ?? { count: 0, mentions: 0 };

export function markRead(channel, messages) {
  const last = messages.at(-1)?.ts;
  if (last) localStorage.setItem(storeKey(channel), last);
  counts.delete(`${state.me.id}/${channel}`);
}

/** Counts again what is new in `channel`. */
export async function countUnread(channel) {
  const me = state.me;
  const { messages } = await api.messages(channel, me.id);
  if (me.id !== state.me.id) return;
  const last = Number(localStorage.getItem(storeKey(channel)) ?? 0);
  const fresh = messages.filter((one) => Number(one.ts) > last && one.user !== me.id);
  const mentions = fresh.filter((one) => one.ephemeral_to === me.id || speaksTo(one, me.id)).length;
  counts.set(`${me.id}/${channel}`, { count: fresh.length, mentions });
}

function speaksTo(message, user) {
  const said = `${message.text ?? ""}${JSON.stringify(message.blocks ?? "")}`;
  const groups = state.workspace.usergroups.filter((group) => group.users?.includes(user));
  return said.includes(`<@${user}`) || groups.some((group) => said.includes(`subteam^${group.id}`));
}
