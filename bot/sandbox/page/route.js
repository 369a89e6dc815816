/** Who you are and where you are, kept in the address: #/U01LEE/C01REL/1700000000.000100 */

export function readRoute() {
  const [user, place, thread] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { user: user || null, place: place || null, thread: thread || null };
}

export function routeTo({ user, place, thread }) {
  return `#/${[user, place, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

export function go(route, { replace = false } = {}) {
  const hash = routeTo(route);
  if (hash === location.hash) return;
  if (replace) location.replace(hash);
  else location.hash = hash;
}
