// Fetches the page again when the server says that something changed, and swaps its content in place, so that scroll position and
// focus stay. Without a stream it asks every few seconds; without script, <noscript> reloads or the reader does.
"use strict";
const ASK_SECONDS = 5;
const body = document.body;
const SILENT_SECONDS = 15;  // the machine's and the desk's streams say something every five
let stream, asking, heard = Date.now(), lastWord = body.dataset.seen, again = false, busy = false;

function listen() {
  stream = new EventSource(`/events?seen=${encodeURIComponent(lastWord)}`);
  stream.addEventListener("changed", (event) => { heard = Date.now(); lastWord = event.data; refresh(); });
  stream.addEventListener("ages", () => { heard = Date.now(); told(false); if (body.dataset.pulse === "machine") refresh(); });
  stream.addEventListener("signed-out", leave);
  stream.onopen = () => { clearInterval(asking); asking = undefined; };
  stream.onerror = () => {
    // patient data is not looked at for nothing: only the machine's page asks by itself while there is no stream
    if (body.dataset.pulse === "machine") refresh(); else probe();
    asking ??= setInterval(() => (body.dataset.pulse === "machine" ? refresh() : probe()), ASK_SECONDS * 1000);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, ASK_SECONDS * 1000);
  };
}

function leave() {
  stream.close();
  location.assign("/sign-in?next=" + encodeURIComponent(location.pathname));
}

async function get(path) {
  const answer = await fetch(path, { cache: "no-store", headers: { "X-Live": "1" }, signal: AbortSignal.timeout(4000) });
  if (answer.redirected || answer.status === 403) leave();  // the session has ended, or the role was changed
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  return answer;
}

async function probe() {
  try { await get("/static/icon.svg"); told(false); } catch { told(true); }
}

async function refresh() {
  if (document.hidden) { again = true; return; }
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await get(location.pathname + location.search);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = fresh.title;
    swap(fresh);
    told(false);
  } catch {
    told(true);
  }
  busy = false;
  if (again && !document.hidden) { again = false; refresh(); }
}

function swap(fresh) {
  replace(".headline", fresh);  // a live region of its own: touched only when it changed, so it is read aloud only then
  const main = document.querySelector("main"), rest = (page) => [...page.querySelectorAll("main > :not(.headline)")];
  const here = document.activeElement, inside = main.contains(here) && here !== main;
  const open = [...document.querySelectorAll("main details")].map((element) => element.open);
  const same = rest(document).map((e) => e.outerHTML).join() === rest(fresh).map((e) => e.outerHTML).join();
  // what somebody is using is not taken away under their fingers; it is swapped once they have left it
  if (!same && !inside) {
    rest(document).forEach((element) => element.remove());
    main.append(...rest(fresh));
    document.querySelectorAll("main details").forEach((element, place) => { element.open = open[place] ?? false; });
  } else if (!same) {
    here.addEventListener("blur", () => setTimeout(refresh, 0), { once: true });
  }
  const asOf = document.querySelector("footer p"), now = fresh.querySelector("footer p");
  if (asOf && now) asOf.firstChild.textContent = now.firstChild.textContent;
}

function replace(selector, fresh) {
  const old = document.querySelector(selector), now = fresh.querySelector(selector);
  if (old && now && old.outerHTML !== now.outerHTML) {
    old.className = now.className;
    old.innerHTML = now.innerHTML;
  }
}

function told(stale) {
  const place = document.getElementById("stale"), words = stale ? place.dataset.words : "";
  if (place.textContent !== words) place.textContent = words;
  body.classList.toggle("stale", stale);
}

listen();
setInterval(() => { if (Date.now() - heard > SILENT_SECONDS * 1000 && !asking) probe(); }, ASK_SECONDS * 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden && again) { again = false; refresh(); } });
