/** Says when the line to the sandbox is lost, counts down to the next try, and goes away when it is back. */

import { h } from "./dom.js";

let ticking = null;

export function showLine({ up, retryAt }, retry) {
  const banner = document.getElementById("banner");
  clearInterval(ticking);
  document.body.classList.toggle("offline-line", !up);
  banner.hidden = up;
  if (up) return;
  const left = h("span", { "aria-hidden": "true" });
  const paint = () => void (left.textContent = ` Next try in ${Math.max(0, Math.ceil((retryAt - Date.now()) / 1000))} s.`);
  paint();
  ticking = setInterval(paint, 500);
  banner.replaceChildren(h("span", null, "The connection to the sandbox is lost. What you see may be old.", left), h("button", { type: "button", onclick: retry }, "Try now"));
}
