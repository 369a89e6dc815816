/** Line icons drawn from path data, so the page loads no images of its own. */

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  back: "M14.5 5 8 12l6.5 7",
  close: "M6 6l12 12M18 6 6 18",
  send: "M4 12 20 4l-5 16-3.5-6.5z M11.5 13.5 20 4",
  reply: "M4 5h16v11H10l-4 4v-4H4z",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  check: "M5 12.5 10 17.5 19.5 7",
  down: "M6 9l6 6 6-6",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  help: "M9.2 9.2a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2 1-1.2 2M12 17.2v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  alert: "M12 7.5v5.5M12 16.4v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  bolt: "M13 3 5 13.5h6L10 21l9-11h-6.5z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  share: "M9 5 4 10l5 5M4 10h9a6 6 0 0 1 6 6v3",
  swap: "M7 4 3.5 7.5 7 11M3.5 7.5H17M17 13l3.5 3.5L17 20M20.5 16.5H7",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The railway signal: green while the page hears the server, red while it does not. */
export function signal() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 14 28");
  svg.setAttribute("class", "signal");
  svg.setAttribute("aria-hidden", "true");
  const post = document.createElementNS(SVG, "rect");
  for (const [key, value] of Object.entries({ x: 0.5, y: 0.5, width: 13, height: 27, rx: 6.5 })) post.setAttribute(key, value);
  svg.append(post);
  ["stop", "wait", "go"].forEach((name, index) => {
    const lamp = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ cx: 7, cy: 7 + 7 * index, r: 2.6, class: `lamp ${name}` })) lamp.setAttribute(key, value);
    svg.append(lamp);
  });
  return svg;
}
