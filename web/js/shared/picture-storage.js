/* Stores the current picture in IndexedDB, per browser tab, so that it survives a reload and a change of view: no link can hold
   a picture. */

const STORE = "pictures";
const MAX_AGE = 86_400_000; // ms that the picture of a closed tab is kept

function transact(mode, action) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("inkling", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const request = action(opening.result.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.transaction.oncomplete = () => opening.result.close();
    };
  });
}

/** Store the picture file of this tab, or delete it with null. Without IndexedDB, the picture stays on this view only. */
export async function storePicture(blob) {
  if (!blob && !sessionStorage.picture) return;
  const key = Number((sessionStorage.picture ??= Date.now() + Math.random())); // unique per tab
  if (!blob) sessionStorage.removeItem("picture");
  const action = (pictures) => {
    pictures.delete(IDBKeyRange.upperBound(Date.now() - MAX_AGE));
    return blob ? pictures.put(blob, key) : pictures.delete(key);
  };
  await transact("readwrite", action).catch(() => null);
}

/** The picture file stored for this tab, or null. */
export async function loadStoredPicture() {
  const key = Number(sessionStorage.picture);
  return (key && (await transact("readonly", (pictures) => pictures.get(key)).catch(() => null))) || null;
}
