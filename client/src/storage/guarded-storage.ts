/** Text kept by name. Never throws: a browser that blocks its storage, or has filled it, keeps it as long as the page lives. */
export interface TextStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

class GuardedStorage implements TextStore {
  readonly #memory = new Map<string, string>();
  readonly #storage: () => Storage;

  constructor(storage: () => Storage) {
    this.#storage = storage;
  }

  get(key: string): string | null {
    return this.#memory.get(key) ?? this.#attempt((storage) => storage.getItem(key)) ?? null;
  }

  set(key: string, value: string): void {
    const kept = this.#attempt((storage) => {
      storage.setItem(key, value);
      return true;
    });
    if (kept) this.#memory.delete(key);
    else this.#memory.set(key, value);
  }

  remove(key: string): void {
    this.#memory.delete(key);
    this.#attempt((storage) => storage.removeItem(key));
  }

  keys(): readonly string[] {
    const stored = this.#attempt((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index)),
    );
    const named = (stored ?? []).filter((key): key is string => key !== null);
    return [...new Set([...named, ...this.#memory.keys()])];
  }

  /** undefined: the storage is not there, or full. Touching it alone may throw, so it is looked up each time. */
  #attempt<T>(use: (storage: Storage) => T): T | undefined {
    try {
      return use(this.#storage());
    } catch {
      return undefined;
    }
  }
}

/** @param storage Looks the storage up: in some browsers that alone throws. */
export const guardedStorage = (storage: () => Storage): TextStore => new GuardedStorage(storage);

/** Kept by the browser, for all its tabs. */
export const browserStore: TextStore = guardedStorage(() => localStorage);

/** Kept by this tab, over reloads. */
export const tabStore: TextStore = guardedStorage(() => sessionStorage);
