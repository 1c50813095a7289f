import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDraftMirror, type TextStorage } from "../../../editor/model/draftMirror.ts";
import { sampleFlow } from "../sampleFlow.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function memoryStorage(): TextStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => void texts.set(key, value),
    removeItem: (key) => void texts.delete(key),
  };
}

test("what is kept can be read by the next visit, and forgotten", () => {
  const storage = memoryStorage();
  createDraftMirror(storage).keep({ flow: sampleFlow, revision: 3 });
  vi.runAllTimers();
  const mirror = createDraftMirror(storage);
  expect(mirror.read("sample")).toEqual({ flow: sampleFlow, revision: 3 });
  mirror.forget("sample");
  expect(mirror.read("sample")).toBeUndefined();
});

test("a page that is left writes at once, and once", () => {
  const storage = memoryStorage();
  const mirror = createDraftMirror(storage);
  mirror.keep({ flow: sampleFlow, revision: 3 });
  mirror.flush();
  expect(mirror.read("sample")?.revision).toBe(3);
  storage.texts.clear();
  vi.runAllTimers();
  expect(storage.texts.size).toBe(0);
});

test("a draft that was forgotten while it waited to be written is not written", () => {
  const storage = memoryStorage();
  const mirror = createDraftMirror(storage);
  mirror.keep({ flow: sampleFlow, revision: 3 });
  mirror.forget("sample");
  vi.runAllTimers();
  expect(storage.texts.size).toBe(0);
});

test("storage that is broken, full or holds something else is like an empty one", () => {
  const storage = memoryStorage();
  storage.texts.set("millrace.draft.sample", "{ not JSON");
  expect(createDraftMirror(storage).read("sample")).toBeUndefined();
  storage.texts.set("millrace.draft.sample", '{"flow":{"format":1},"revision":1}');
  expect(createDraftMirror(storage).read("sample")).toBeUndefined();
  const full = createDraftMirror({
    ...storage,
    setItem: () => {
      throw new Error("quota");
    },
  });
  full.keep({ flow: sampleFlow, revision: 1 });
  expect(() => vi.runAllTimers()).not.toThrow();
});
