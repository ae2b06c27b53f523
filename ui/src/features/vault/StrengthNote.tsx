import { useEffect, useState } from "react";
import { guessesFor, judged, LEAST_CHARACTERS, LEAST_WORDS, longEnough, STEPS } from "./strength";

const colours = ["bg-danger", "bg-warn", "bg-good", "bg-good"];

/** How long a passphrase would hold, under the line that it is typed into. */
export function StrengthNote({ passphrase }: { passphrase: string }) {
  const guesses = useGuesses(passphrase);
  const least = `At least ${LEAST_CHARACTERS} characters, or ${LEAST_WORDS} words. Words that do not belong together are best.`;
  if (guesses === null) return <span>{least}</span>;
  const { step, words } = judged(guesses);
  return (
    <span className="flex flex-col gap-1">
      <span className="flex gap-1 pt-1" aria-hidden>
        {Array.from({ length: STEPS }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps that never move
          <span key={at} className={`h-1 flex-1 rounded-full ${at < step ? colours[step - 1] : "bg-line"}`} />
        ))}
      </span>
      <span>{longEnough(passphrase) ? words : least}</span>
    </span>
  );
}

function useGuesses(passphrase: string): number | null {
  const [guesses, setGuesses] = useState<number | null>(null);
  useEffect(() => {
    let current = true;
    if (passphrase === "") setGuesses(null);
    else void guessesFor(passphrase).then((found) => current && setGuesses(found));
    return () => {
      current = false;
    };
  }, [passphrase]);
  return guesses;
}
