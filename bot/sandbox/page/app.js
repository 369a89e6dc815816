/** Puts the page together: follows the address, hears what changed, and tells each pane to look again. */

import * as api from "./api.js";
import { showLine } from "./banner.js";
import { coalesce } from "./coalesce.js";
import { createConversation } from "./conversation.js";
import { appHeader } from "./header.js";
import { h } from "./dom.js";
import { sentence } from "./errors.js";
import { createHome } from "./home.js";
import { createModal } from "./modal.js";
import { orToast } from "./notice.js";
import { go, readRoute } from "./route.js";
import { paintSidebar } from "./sidebar.js";
import { adoptWorkspace, appName, channelById, isFullMember, isMember, myChannels, myDm, people, state } from "./state.js";
import { openStream } from "./stream.js";
import { createThread } from "./thread.js";
import { countUnread, markRead, unreadIn } from "./unread.js";

const FIRST_PERSON = "U01LEE";
const FIRST_CHANNEL = "C01REL";

const main = document.getElementById("conversation");
const aside = document.getElementById("thread");
const modal = createModal(() => refreshViews());

const navigation = { showList, showPeople };

let stream = null;
let panes = { key: null, conversation: null, home: null, threadKey: null, thread: null };

const refreshWorkspace = coalesce(async () => {
  const user = state.route.user ?? undefined;
  const workspace = await api.workspace(user);
  if (user === (state.route.user ?? undefined)) adoptWorkspace(workspace, user);
});

const refreshViews = coalesce(async () => {
  const user = state.me.id;
  const { modals, home } = await api.views(user);
  if (user !== state.me.id) return;
  modal.sync(modals ?? []);
  panes.home?.show(home ?? null);
});

/** Goes where the address says; an address without a person or place gets the usual ones. */
async function follow() {
  state.route = readRoute();
  await refreshWorkspace();
  const user = knownPerson(state.route.user);
  if (user !== state.route.user) return go({ user, place: state.route.place }, { replace: true });
  const place = await knownPlace(state.route.place);
  if (place !== state.route.place) return go({ user, place }, { replace: true });
  becomePerson();
  showPlace();
  showThread();
  paint();
  return refreshViews();
}

function knownPerson(wanted) {
  const ids = people().map((user) => user.id);
  return [wanted, FIRST_PERSON, ids[0]].find((id) => ids.includes(id));
}

async function knownPlace(wanted) {
  if (wanted === "home") return wanted;
  if (wanted === "dm") return (await orToast(() => openDm()))?.channel ?? "home";
  const mine = myChannels().map((channel) => channel.id);
  const dm = myDm()?.id;
  return [wanted, FIRST_CHANNEL, mine[0], "home"].find((id) => mine.includes(id) || (id && id === dm) || id === "home");
}

async function openDm() {
  const answer = await api.dm(state.me.id);
  await refreshWorkspace();
  return answer;
}

function becomePerson() {
  if (stream?.user === state.me.id) return;
  stream?.line.close();
  panes = { key: null, conversation: null, home: null, threadKey: null, thread: null };
  const user = state.me.id;
  let lost = false;
  const line = openStream(user, {
    onChange: (event) => quietly(() => heard(event)),
    onLine: (now) => {
      showLine(now, () => line.retry());
      if (now.up && lost) quietly(refreshAll);
      lost = !now.up;
    },
  });
  stream = { user, line };
  for (const channel of [...myChannels(), myDm()].filter(Boolean)) quietly(() => recount(channel.id));
}

function showPlace() {
  const { place } = state.route;
  const key = `${state.me.id}/${place}`;
  if (panes.key === key) return;
  panes = { ...panes, key, conversation: null, home: null };
  if (place === "home") showHome();
  else showChannel(channelById(place));
}

function showHome() {
  panes.home = createHome();
  main.replaceChildren(h("div", { class: "pane" }, appHeader("home", myDm()?.id, navigation), panes.home.node));
  quietly(() => api.openHome(state.me.id));
}

function showChannel(channel) {
  panes.conversation = createConversation(channel, {
    ...navigation,
    onRead: (messages) => {
      if (state.route.place !== channel.id || document.hidden) return;
      markRead(channel.id, messages);
      paint();
    },
  });
  main.replaceChildren(panes.conversation.node);
  quietly(panes.conversation.refresh);
  if (matchMedia("(hover: hover)").matches && !state.route.thread) panes.conversation.focus();
}

function showThread() {
  const { place, thread } = state.route;
  const key = thread ? `${state.me.id}/${place}/${thread}` : "none";
  if (key === panes.threadKey) return;
  panes.threadKey = key;
  panes.thread = thread ? createThread(place, thread) : null;
  aside.hidden = !thread;
  aside.replaceChildren(...(panes.thread ? [panes.thread.node] : []));
  document.body.classList.toggle("with-thread", Boolean(thread));
  if (panes.thread) {
    quietly(panes.thread.refresh);
    panes.thread.focus();
  }
}

async function heard(event) {
  if (event.what === "workspace") return refreshAll();
  if (event.what === "views" || event.what === "home") return refreshViews();
  if (event.what !== "channel") return undefined;
  if (event.channel !== state.route.place) return recount(event.channel);
  return Promise.all([panes.conversation?.refresh(), panes.thread?.refresh(), document.hidden && recount(event.channel)]);
}

async function refreshAll() {
  await refreshWorkspace();
  if (!state.me) return follow();
  const channel = channelById(state.route.place);
  paint();
  return Promise.all([channel && panes.conversation?.redraw(channel), panes.thread?.refresh(), refreshViews()]);
}

async function recount(channelId) {
  const channel = channelById(channelId);
  const visible = channel && (isMember(channel) || (!channel.is_private && !channel.is_im && isFullMember(state.me)));
  if (!visible || (channelId === state.route.place && !document.hidden)) return;
  await countUnread(channelId);
  paint();
}

function paint() {
  paintSidebar(() => showPane("main"));
  const channel = channelById(state.route.place);
  const mark = [...myChannels(), myDm()].some((one) => one && unreadIn(one.id).count) ? "● " : "";
  document.title = `${mark}${channel && !channel.is_im ? `#${channel.name}` : appName()} · ${state.me.real_name} · Interlock sandbox`;
}

/** On a phone one pane shows at a time; on a wide screen this only matters for the list. */
function showPane(name) {
  document.body.dataset.pane = name;
}

function showList() {
  showPane("list");
  document.querySelector("#sidebar [aria-current], #sidebar a")?.focus();
}

function showPeople() {
  showPane("list");
  document.querySelector("#sidebar .me").click();
}

/** Background work: a lost server is the banner's business, a refusal is a toast. */
async function quietly(work) {
  try {
    await work();
  } catch (error) {
    if (error.code !== "unreachable") await orToast(() => Promise.reject(error));
  }
}

addEventListener("hashchange", () => {
  showPane("main");
  quietly(follow);
});
document.addEventListener("visibilitychange", () => !document.hidden && quietly(() => panes.conversation?.refresh()));
follow().catch((error) => {
  const again = h("button", { type: "button", class: "button", onclick: () => location.reload() }, "Try again");
  main.replaceChildren(h("div", { class: "empty" }, h("p", { class: "empty-title" }, sentence(error)), again));
});
