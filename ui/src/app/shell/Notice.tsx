import { X } from "lucide-react";
import { useEffect } from "react";
import { IconButton } from "@/components/Button";
import { useAppDispatch, useAppSelector } from "../store";
import { noticed } from "../surface";

/** Long enough to read two sentences, in milliseconds. */
const STAYS = 8000;

/** One sentence that tells what just happened. */
export function Notice() {
  const notice = useAppSelector((state) => state.surface.notice);
  const dispatch = useAppDispatch();
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => dispatch(noticed(null)), STAYS);
    return () => clearTimeout(timer);
  }, [notice, dispatch]);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-3 bottom-16 z-50 flex justify-center">
      {notice !== null && (
        <div className="pointer-events-auto flex items-center gap-2 rounded-lg bg-ink py-1 pr-1 pl-4 text-paper shadow-xl">
          <span>{notice}</span>
          <IconButton label="Dismiss" className="text-paper! hover:text-ink!" onClick={() => dispatch(noticed(null))}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      )}
    </div>
  );
}
