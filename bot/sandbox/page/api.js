/** The sandbox's control API, one function a call; a refusal becomes an ApiError with Slack's code. */

export class ApiError extends Error {
  constructor(code, answer) {
    super(code);
    this.code = code;
    this.answer = answer;
  }
}

async function request(method, path, { query, body } = {}) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  let response;
  try {
    response = await fetch(`/control/${path}${search}`, {
      method,
      headers: body ? { "content-type": "application/json" } : undefined,
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new ApiError("unreachable");
  }
  const answer = await response.json().catch(() => null);
  if (!answer || typeof answer !== "object") throw new ApiError(`http_${response.status}`);
  if (answer.ok === false || !response.ok) throw new ApiError(answer.error ?? `http_${response.status}`, answer);
  return answer;
}

const get = (path, query) => request("GET", path, { query });
const post = (path, body) => request("POST", path, { body });
const view = (id) => `views/${encodeURIComponent(id)}`;

export const workspace = (user) => get("workspace", { user });
export const messages = (channel, user, thread_ts) => get("messages", { channel, user, thread_ts });
export const views = (user) => get("views", { user });
export const say = (message) => post("say", message);
export const command = (typed) => post("command", typed);
export const click = (action) => post("click", action);
export const shortcut = (used) => post("shortcut", used);
export const dm = (user) => post("dm", { user });
export const openHome = (user) => post("home/open", { user });
export const submitView = (id, user, values) => post(`${view(id)}/submit`, { user, values });
export const closeView = (id, user, clear) => post(`${view(id)}/close`, { user, clear });
