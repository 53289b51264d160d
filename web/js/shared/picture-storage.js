/* What no link can carry, a picture, goes along from view to view in this tab, and comes back after a reload. */

const STORE = "pictures";
const DAY = 86_400_000; // ms that a picture is kept of a tab that was closed

function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("inkling", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
      asked.transaction.oncomplete = () => opening.result.close();
    };
  });
}

/** Keep a picture's file for this tab, or none with null. Where the browser keeps nothing, the picture stays on this view. */
export async function storePicture(blob) {
  if (!blob && !sessionStorage.picture) return;
  const key = Number((sessionStorage.picture ??= Date.now() + Math.random())); // no two tabs' are alike
  if (!blob) sessionStorage.removeItem("picture");
  const keep = (pictures) => {
    pictures.delete(IDBKeyRange.upperBound(Date.now() - DAY));
    return blob ? pictures.put(blob, key) : pictures.delete(key);
  };
  await store("readwrite", keep).catch(() => null);
}

/** The file that this tab keeps, or null. */
export async function loadStoredPicture() {
  const key = Number(sessionStorage.picture);
  return (key && (await store("readonly", (pictures) => pictures.get(key)).catch(() => null))) || null;
}
