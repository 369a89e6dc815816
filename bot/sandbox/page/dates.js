/** Slack times ("1700000000.000100", unix seconds) as words in the viewer's zone. */

import { zone } from "./state.js";

const LOCALE = "en-GB";

function part(date, options) {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: zone(), ...options }).format(date);
}

export const fromTs = (ts) => new Date(Number(ts) * 1000);
export const timeOf = (ts) => part(fromTs(ts), { hour: "2-digit", minute: "2-digit" });
export const dayKey = (date) => part(date, { year: "numeric", month: "2-digit", day: "2-digit" });
export const fullTime = (ts) => part(fromTs(ts), { dateStyle: "full", timeStyle: "long" });

/** "Today", "Yesterday", or the weekday and date. */
export function dayName(date, now = new Date()) {
  return nearDay(date, now) ?? part(date, { weekday: "long", day: "numeric", month: "long" });
}

function nearDay(date, now) {
  const near = { [dayKey(now)]: "Today", [dayKey(new Date(now - 864e5))]: "Yesterday", [dayKey(new Date(+now + 864e5))]: "Tomorrow" };
  return near[dayKey(date)] ?? null;
}

function ago(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, span]) => Math.abs(seconds) >= span) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const TOKENS = {
  date_num: (date) => part(date, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
  date: (date) => part(date, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (date) => part(date, { day: "numeric", month: "short", year: "numeric" }),
  date_long: (date) => part(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: (date) => part(date, { hour: "2-digit", minute: "2-digit" }),
  time_secs: (date) => part(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (date, now) => ago(date, now),
};
for (const name of ["date", "date_short", "date_long"]) {
  TOKENS[`${name}_pretty`] = (date, now) => nearDay(date, now)?.toLowerCase() ?? TOKENS[name](date);
}

/** Fills Slack's date format ("{date_short} at {time}"); the fallback where the time or a token is unknown. */
export function formatDate(seconds, format, fallback, now = new Date()) {
  const date = new Date(Number(seconds) * 1000);
  if (!Number.isFinite(Number(seconds)) || Number.isNaN(date.getTime())) return fallback;
  let known = true;
  const text = String(format).replace(/\{(\w+)\}/g, (_, name) => {
    if (TOKENS[name]) return TOKENS[name](date, now);
    known = false;
    return "";
  });
  return known ? text : fallback;
}
