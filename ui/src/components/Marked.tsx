/** The characters that stand before the first mark of a line, so that what was found is seen where the line is cut. */
const LEAD = 32;

/** A text that begins shortly before its first mark, at a word. */
export function fromMark(text: string): string {
  const mark = text.indexOf("\u0002");
  if (mark <= LEAD) return text;
  const word = text.indexOf(" ", mark - LEAD);
  return `… ${text.slice(word >= 0 && word < mark ? word + 1 : mark)}`;
}

/** Text in which the words between U+0002 and U+0003 are marked. Everything else is plain text, whatever it looks like. */
export function Marked({ text }: { text: string }) {
  const parts = text.split("\u0002");
  return (
    <>
      {parts[0]?.replaceAll("\u0003", "")}
      {parts.slice(1).map((part, index) => {
        const [match, rest] = part.split("\u0003");
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts stand in the order of the text
          <span key={index}>
            <mark>{match}</mark>
            {rest}
          </span>
        );
      })}
    </>
  );
}
