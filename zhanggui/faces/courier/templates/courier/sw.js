/* Keeps the app on the phone: one cache for each version, with everything a whole shift needs. */
const VERSION = "{{ version }}", CACHE = `courier-${VERSION}`, SHELL = "{{ shell }}";
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

/* The page in the version of this worker; another version's would not fit the scripts kept with it. */
async function freshShell() {
  const answer = await fetch(SHELL, { cache: "reload", redirect: "manual" });
  return answer.ok && answer.headers.get("X-Version") === VERSION ? answer : null;
}
async function keepAll() {
  const [cache, shell] = [await caches.open(CACHE), await freshShell()];
  if (!shell) throw new Error("the page is not there in this version");
  await cache.put(SHELL, shell);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
}
addEventListener("install", (event) => event.waitUntil(keepAll().then(() => skipWaiting())));
async function dropOthers() {
  for (const name of await caches.keys()) if (name.startsWith("courier-") && name !== CACHE) await caches.delete(name);
  await clients.claim();
}
addEventListener("activate", (event) => event.waitUntil(dropOthers()));

/* After a change of language or sign-in the page is asked for anew; without a line the kept one serves. */
async function renewed() {
  const cache = await caches.open(CACHE);
  try {
    const shell = await freshShell();
    if (shell) await cache.put(SHELL, shell.clone());
    else registration.update();
    return shell ?? await cache.match(SHELL, { ignoreVary: true }) ?? fetch(SHELL);
  } catch { return await cache.match(SHELL, { ignoreVary: true }) ?? Response.error(); }
}
async function kept(request) {
  const cache = await caches.open(CACHE);
  return await cache.match(request, { ignoreSearch: true, ignoreVary: true }) ?? fetch(request);
}
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === SHELL) event.respondWith(url.searchParams.has("fresh") ? renewed() : kept(request));
  else if (FILES.includes(url.pathname)) event.respondWith(kept(request));
});
