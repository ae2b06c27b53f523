import { afterEach, expect, test, vi } from "vitest";
import { httpBackend } from "./http";

const answers = (body: string, status = 200) => vi.stubGlobal("fetch", async () => new Response(body, { status }));
afterEach(() => vi.unstubAllGlobals());

test("parts are handed on as they come, and the whole is the answer", async () => {
  answers('{"part":{"part":"text","text":"a"}}\n\n{"part":{"part":"text","text":"b"}}\n{"done":{"answer":"ab"}}\n');
  const parts: unknown[] = [];
  const answer = await httpBackend("t").stream("ask", { question: "?" }, (part) => parts.push(part));
  expect(parts).toEqual([
    { part: "text", text: "a" },
    { part: "text", text: "b" },
  ]);
  expect(answer).toEqual({ answer: "ab" });
});

test("a failure in the middle of a stream is thrown as it was written", async () => {
  answers('{"part":{"part":"text","text":"a"}}\n{"error":{"code":"model_altered","message":"m","hint":"h"}}\n');
  await expect(httpBackend("t").stream("ask", { question: "?" }, () => undefined)).rejects.toEqual({
    code: "model_altered",
    message: "m",
    hint: "h",
  });
});

test("a stream that ends without an answer is a failure, not an empty answer", async () => {
  answers('{"part":{"part":"text","text":"a"}}\n{"done":{"ans');
  await expect(httpBackend("t").stream("ask", { question: "?" }, () => undefined)).rejects.toMatchObject({ code: "unreachable" });
});

test("a refusal keeps its code, sentence and hint", async () => {
  answers('{"code":"wrong_passphrase","message":"It does not open.","hint":"Try again."}', 403);
  await expect(httpBackend("t").call("unlock", { passphrase: "x" })).rejects.toEqual({
    code: "wrong_passphrase",
    message: "It does not open.",
    hint: "Try again.",
  });
});

test("without the key of this start, nothing is asked", async () => {
  const fetch = vi.fn();
  vi.stubGlobal("fetch", fetch);
  await expect(httpBackend(null).call("status", {})).rejects.toMatchObject({ code: "forbidden" });
  expect(fetch).not.toHaveBeenCalled();
});

test("a server that is gone is told of, and that it is back as well", async () => {
  vi.useFakeTimers();
  const line = '{"event":"locked"}\n';
  const fetch = vi
    .fn()
    .mockResolvedValueOnce(new Response(line))
    .mockRejectedValueOnce(new TypeError("refused"))
    .mockResolvedValueOnce(new Response(line))
    .mockReturnValue(new Promise(() => undefined));
  vi.stubGlobal("fetch", fetch);
  const heard: string[] = [];
  const end = httpBackend("t").events(
    ({ event }) => heard.push(event),
    () => heard.push("gap"),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  end();
  vi.useRealTimers();
  expect(heard).toEqual(["locked", "stopped", "gap", "locked"]);
});
