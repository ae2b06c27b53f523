import type { ComponentProps } from "react";
import { classes } from "./classes";

type Look = "solid" | "quiet" | "plain" | "danger";

const looks: Record<Look, string> = {
  solid: "bg-accent text-on-accent hover:opacity-90",
  quiet: "border border-line bg-raised text-ink hover:bg-sunken",
  plain: "text-soft hover:bg-sunken hover:text-ink",
  danger: "bg-danger text-paper hover:opacity-90",
};

type Props = ComponentProps<"button"> & { look?: Look };

export function Button({ look = "quiet", className, type = "button", ...rest }: Props) {
  return (
    <button
      type={type}
      className={classes(
        "inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-lg px-3 font-medium transition-colors duration-100 disabled:opacity-50",
        looks[look],
        className,
      )}
      {...rest}
    />
  );
}

type IconProps = Omit<ComponentProps<"button">, "aria-label"> & { label: string; pressed?: boolean };

/** A button that is an icon; its label is its accessible name and its tip. */
export function IconButton({ label, pressed, className, type = "button", ...rest }: IconProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      className={classes(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-lg transition-colors duration-100 hover:bg-sunken hover:text-ink disabled:opacity-40",
        pressed ? "bg-wash text-accent" : "text-soft",
        className,
      )}
      {...rest}
    />
  );
}
