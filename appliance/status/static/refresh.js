// Fetches the page again and swaps its content in place, so that scroll position and focus stay; without script, <noscript> reloads.
"use strict";
const SECONDS = 5;

async function refresh() {
  if (document.hidden) return;
  const stale = document.getElementById("stale");
  try {
    const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = fresh.title;
    replace(".headline", fresh);  // a live region of its own: touched only when it changed, so it is read aloud only then
    const rest = (page) => [...page.querySelectorAll("main > :not(.headline)")];
    if (!document.querySelector("main").contains(document.activeElement) || document.activeElement.id === "content") {
      rest(document).forEach((element) => element.remove());
      document.querySelector("main").append(...rest(fresh));
    }
    replace("footer time", fresh);
    stale.textContent = "";
    document.body.classList.remove("stale");
  } catch {
    stale.textContent = "The page has stopped updating: the status page's process does not answer.";
    document.body.classList.add("stale");
  }
}

function replace(selector, fresh) {
  const old = document.querySelector(selector), now = fresh.querySelector(selector);
  if (old && now && old.outerHTML !== now.outerHTML) {
    old.className = now.className;
    old.innerHTML = now.innerHTML;
  }
}

setInterval(refresh, SECONDS * 1000);
document.addEventListener("visibilitychange", refresh);
