import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes";

export const inputLook =
  "h-9 w-full rounded-lg border border-line bg-raised px-3 text-[14px] text-ink placeholder:text-faint focus-visible:outline-2 disabled:opacity-60";

type Props = ComponentProps<"input"> & { label: string; note?: ReactNode; problem?: string | undefined };

/** A labelled line of input; what is wrong with it is read out with it. */
export function Field({ label, note, problem, className, ...rest }: Props) {
  const id = useId();
  return (
    <div className={classes("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input id={id} className={inputLook} aria-invalid={problem !== undefined} aria-describedby={`${id}-note`} {...rest} />
      <div id={`${id}-note`} className={classes("empty:hidden", problem ? "text-danger" : "text-faint")}>
        {problem ?? note}
      </div>
    </div>
  );
}

type SelectProps = Omit<ComponentProps<"select">, "onChange"> & {
  label: string;
  options: readonly (readonly [value: string, label: string])[];
  onChoose: (value: string) => void;
};

/** A choice from a list, without a label that is seen: where what stands beside it names it. */
export function Select({ label, options, onChoose, className, ...rest }: SelectProps) {
  return (
    <select
      aria-label={label}
      className={classes("h-8 rounded-lg border border-line bg-raised px-2 text-ink", className)}
      onChange={(event) => onChoose(event.target.value)}
      {...rest}
    >
      {options.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}

/** A labelled choice from a list, as high as a line of input beside it. */
export function SelectField({ label, className, ...rest }: SelectProps) {
  return (
    <div className={classes("flex flex-col gap-1", className)}>
      <span aria-hidden className="font-medium">
        {label}
      </span>
      <Select label={label} className="h-9 w-full text-[14px]" {...rest} />
    </div>
  );
}
