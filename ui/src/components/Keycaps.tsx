export function Keycaps({ caps }: { caps: string[] }) {
  return (
    <span className="flex gap-0.5">
      {caps.map((cap) => (
        <kbd
          key={cap}
          className="min-w-5 rounded border border-line bg-sunken px-1 text-center font-sans text-[11px] text-soft leading-[18px]"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
