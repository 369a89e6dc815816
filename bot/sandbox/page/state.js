/** What the page knows about the workspace and who is looking at it; looked up here, changed only by app.js. */

export const state = { me: null, workspace: null, route: { user: null, place: null, thread: null }, version: 0 };

let known = "";

/** Takes the server's workspace in; `version` grows when names or menus in messages may read differently now. */
export function adoptWorkspace(workspace, userId) {
  state.workspace = workspace;
  state.me = userById(userId) ?? null;
  const { users, usergroups, channels, shortcuts } = workspace;
  const text = JSON.stringify([userId, users, usergroups, shortcuts, channels.map((one) => [one.id, one.name])]);
  if (text === known) return;
  known = text;
  state.version += 1;
}

export const userById = (id) => state.workspace.users.find((user) => user.id === id);
export const channelById = (id) => state.workspace.channels.find((channel) => channel.id === id);
export const groupById = (id) => state.workspace.usergroups.find((group) => group.id === id);

export const people = () => state.workspace.users.filter((user) => !user.is_bot && user.id !== "USLACKBOT");
export const botUser = () => userById(state.workspace.bot?.user_id);
export const isApp = (user) => Boolean(user) && user.id === state.workspace.bot?.user_id;
export const appName = () => displayName(botUser());
export const isBotDm = (channel) => Boolean(channel?.is_im) && channel.members?.includes(state.workspace.bot?.user_id);
export const myDm = () => state.workspace.channels.find((channel) => isBotDm(channel) && channel.members.includes(state.me.id));
export const isMember = (channel) => !Array.isArray(channel.members) || channel.members.includes(state.me.id);

/** Channels this person sees in the list: public ones, and private ones they are in. */
export const myChannels = () =>
  state.workspace.channels.filter((channel) => !channel.is_im && (isMember(channel) || (!channel.is_private && isFullMember(state.me))));

export const isFullMember = (user) => !user.is_restricted && !user.is_ultra_restricted && !user.is_stranger;

export function displayName(user) {
  return user ? user.real_name || user.name || user.id : "Someone";
}

/** The viewer's zone, as IANA name; the browser's own where the person has none that it knows. */
export function zone() {
  const own = state.me?.tz;
  try {
    return own ? new Intl.DateTimeFormat("en", { timeZone: own }).resolvedOptions().timeZone : undefined;
  } catch {
    return undefined;
  }
}
