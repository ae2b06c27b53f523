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
