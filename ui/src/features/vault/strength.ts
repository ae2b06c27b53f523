import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

/** How long a passphrase would hold against someone who has the vault's files. */
export type Strength = { score: 0 | 1 | 2 | 3 | 4; guesses: number };

/** Shortest passphrase that the engine takes: so many characters, or so many words. */
export const LEAST_CHARACTERS = 12;
export const LEAST_WORDS = 5;

export const longEnough = (passphrase: string): boolean =>
  [...passphrase].length >= LEAST_CHARACTERS || passphrase.trim().split(/\s+/).length >= LEAST_WORDS;

let loading: Promise<ZxcvbnFactory> | undefined;

/** Loads the word lists that the estimate needs, once. */
async function judge(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  return new ZxcvbnFactory({ dictionary: { ...common.dictionary, ...english.dictionary }, graphs: common.adjacencyGraphs });
}

export async function strengthOf(passphrase: string): Promise<Strength> {
  loading ??= judge();
  const { score, guesses } = (await loading).check(passphrase);
  return { score, guesses };
}

/** Guesses a second of a well-equipped attacker against the vault's key derivation, generously. */
const GUESSES_A_SECOND = 10_000;

/** The strength in words. It names a time, so that nobody has to trust a colour. */
export function strengthWords({ guesses }: Strength): string {
  const years = guesses / GUESSES_A_SECOND / 31_557_600;
  if (years < 1 / 365) return "A determined attacker would have it within a day.";
  if (years < 1) return "A determined attacker would have it within a year.";
  if (years < 100) return "It would hold for years against a determined attacker.";
  return "It would hold for centuries against a determined attacker.";
}
