/* What the phone keeps: deeds, the last shift, what is half typed. Nothing here ever expires. */
let opened;
function database() {
  opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open("courier", 1);
    asked.onupgradeneeded = () => {
      const deeds = asked.result.createObjectStore("deeds", { keyPath: "n", autoIncrement: true });
      deeds.createIndex("key", "key", { unique: true });
      deeds.createIndex("stop", "stop");
      asked.result.createObjectStore("kept");
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
    asked.onerror = () => fail(asked.error);
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

/* Runs `work(store, answer)` in one transaction; resolves with what was answered once it is on disk. */
export async function within(name, mode, work) {
  const open = await database();
  return new Promise((done, fail) => {
    const deal = open.transaction(name, mode, { durability: mode === "readwrite" ? "strict" : "default" });
    let value;
    deal.oncomplete = () => done(value);
    deal.onabort = () => fail(deal.error);
    work(deal.objectStore(name), (answer) => { value = answer; });
  });
}
const asked = (request, then) => { request.onsuccess = () => then(request.result); };

export const keep = (key, value) => within("kept", "readwrite", (store) => value === undefined ? store.delete(key) : store.put(value, key));
export const kept = (key) => within("kept", "readonly", (store, answer) => asked(store.get(key), answer));
export const deeds = () => within("deeds", "readonly", (store, answer) => asked(store.getAll(), answer));

/* Keeps a deed; one that is on its way for the same stop already is answered instead. */
export const addDeed = (deed) => within("deeds", "readwrite", (store, answer) => {
  asked(store.index("stop").getAll(deed.stop), (others) => {
    const same = others.find((other) => other.state === "waiting" || other.state === "sent");
    if (same) return answer(same);
    asked(store.add(deed), (n) => answer({ ...deed, n }));
  });
});

/* Changes a deed as it stands now; `change` returns the new one, null to drop it, undefined to leave it. */
export const changeDeed = (n, change) => within("deeds", "readwrite", (store, answer) => {
  asked(store.get(n), (deed) => {
    const changed = deed && change(deed);
    if (changed === undefined) return answer(undefined);
    if (changed === null) store.delete(n);
    else store.put(changed);
    answer(changed ?? deed);
  });
});
