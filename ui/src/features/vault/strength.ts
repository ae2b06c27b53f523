import type { ZxcvbnFactory } from "@zxcvbn-ts/core";

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

/** How many guesses a passphrase would take someone who has the vault's files. */
export async function guessesFor(passphrase: string): Promise<number> {
  loading ??= judge();
  return (await loading).check(passphrase).guesses;
}

/** Guesses a second of a well-equipped attacker against the vault's key derivation, generously. */
const GUESSES_A_SECOND = 10_000;

const YEAR = 31_557_600;
const DAY = 86_400;

/** From weakest to strongest: for how long it would hold, in seconds, and what is said of it. */
const steps = [
  { below: DAY, words: "A determined attacker would have it within a day." },
  { below: YEAR, words: "A determined attacker would have it within a year." },
  { below: 100 * YEAR, words: "It would hold for years against a determined attacker." },
  { below: Number.POSITIVE_INFINITY, words: "It would hold for centuries against a determined attacker." },
] as const;

export const STEPS = steps.length;

/** How strong it is, from 1 to `STEPS`, and the same in words. They name a time, so that nobody has to trust a colour. */
export function judged(guesses: number): { step: number; words: string } {
  const seconds = guesses / GUESSES_A_SECOND;
  const at = steps.findIndex(({ below }) => seconds < below);
  return { step: at + 1, words: steps[at]?.words ?? "" };
}
