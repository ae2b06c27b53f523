import type { Failure } from "@/generated/types";

export function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && typeof value.message === "string";
}

/** Whatever was thrown, as the failure that a person meets. */
export function asFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return { ...thrown, hint: thrown.hint ?? "" };
  if (thrown instanceof DOMException && thrown.name === "AbortError") return { code: "cancelled", message: "It was cancelled.", hint: "" };
  return {
    code: "internal",
    message: `Something failed inside Datapunk: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    hint: "",
  };
}

export function unreachable(): Failure {
  return {
    code: "unreachable",
    message: "The engine does not answer.",
    hint: "Run `datapunk serve` again and open the address that it prints; nothing that was saved is lost.",
  };
}
