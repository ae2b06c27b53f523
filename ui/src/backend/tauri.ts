import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { open } from "@tauri-apps/plugin-dialog";
import type { Backend, CallName, PartOf, RequestOf, ResponseOf, StreamName, Told } from "./backend";
import { asFailure } from "./failure";

/** The engine through the desktop shell, which only passes calls on. */
export function tauriBackend(): Backend {
  return {
    startsEngine: true,

    async call<K extends CallName>(op: K, body: RequestOf<K>): Promise<ResponseOf<K>> {
      try {
        return await invoke<ResponseOf<K>>("call", { op, body });
      } catch (thrown) {
        throw asFailure(thrown);
      }
    },

    async stream<K extends StreamName>(op: K, body: RequestOf<K>, onPart: (part: PartOf<K>) => void, signal?: AbortSignal) {
      const channel = new Channel<{ part: PartOf<K> }>();
      channel.onmessage = ({ part }) => onPart(part);
      // The channel's id is unique in this window, and serves as the number that a stop names.
      const request = channel.id;
      const stop = () => void invoke("stop", { request });
      signal?.addEventListener("abort", stop, { once: true });
      try {
        return await invoke<ResponseOf<K>>("stream", { op, body, request, channel });
      } catch (thrown) {
        throw asFailure(thrown);
      } finally {
        signal?.removeEventListener("abort", stop);
      }
    },

    events(onTold) {
      return ended(listen<Told>("engine", ({ payload }) => onTold(payload)));
    },

    async pickFiles(what) {
      const directory = what === "folder";
      const filters = directory ? [] : [{ name: "Archives", extensions: ["zip", "tgz", "gz", "json", "mbox", "ics", "vcf"] }];
      const chosen = await open({ multiple: !directory, directory, filters, title: "Choose an export" });
      return chosen === null ? [] : [chosen].flat();
    },

    onDrop(onDrop, onHover) {
      return ended(
        getCurrentWebview().onDragDropEvent(({ payload }) => {
          if (payload.type === "enter" || payload.type === "over") onHover(true);
          else onHover(false);
          if (payload.type === "drop") onDrop({ paths: payload.paths });
        }),
      );
    },
  };
}

/** Ends a listener whose start is still on its way. */
function ended(starting: Promise<() => void>): () => void {
  return () => void starting.then((end) => end());
}
