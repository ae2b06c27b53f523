import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Restored } from "@/generated/types";

export type Theme = "system" | "light" | "dark";

/** Client state that distant surfaces share. What is shown stands in the address, what the engine knows in its cache. */
type Surface = {
  /** Whether the engine has ended without being asked to. */
  stopped: boolean;
  theme: Theme;
  /** The day at the top of the timeline, UTC milliseconds. */
  day: number | null;
  /** The moment that the timeline is asked to go to, UTC milliseconds. */
  wanted: number | null;
  inspector: boolean;
  palette: boolean;
  help: boolean;
  /** Paths that wait for the person's consent to a plan. */
  planned: string[] | null;
  /** Whether the folder view is open. */
  browsing: boolean;
  /** The recovery code of a vault that was just made, until the person has typed it back. */
  recoveryCode: string | null;
  /** A restore that goes on, or what it brought back until the person has read it. */
  restore: "running" | Restored | null;
  /** One sentence that tells what just happened. */
  notice: string | null;
};

const initial: Surface = {
  stopped: false,
  theme: "system",
  day: null,
  wanted: null,
  inspector: true,
  palette: false,
  help: false,
  planned: null,
  browsing: false,
  recoveryCode: null,
  restore: null,
  notice: null,
};

export const surface = createSlice({
  name: "surface",
  initialState: initial,
  reducers: {
    engineStopped(state, { payload }: PayloadAction<boolean>) {
      state.stopped = payload;
    },
    themeChosen(state, { payload }: PayloadAction<Theme>) {
      state.theme = payload;
    },
    dayShown(state, { payload }: PayloadAction<number | null>) {
      state.day = payload;
    },
    momentWanted(state, { payload }: PayloadAction<number | null>) {
      state.wanted = payload;
    },
    inspectorToggled(state, { payload }: PayloadAction<boolean | undefined>) {
      state.inspector = payload ?? !state.inspector;
    },
    paletteToggled(state, { payload }: PayloadAction<boolean>) {
      state.palette = payload;
    },
    helpToggled(state, { payload }: PayloadAction<boolean>) {
      state.help = payload;
    },
    planAsked(state, { payload }: PayloadAction<string[] | null>) {
      state.planned = payload !== null && payload.length > 0 ? payload : null;
      state.browsing = false;
    },
    browsingToggled(state, { payload }: PayloadAction<boolean>) {
      state.browsing = payload;
    },
    /** The vault is closed: what stood above its pages goes with it. */
    surfaceCleared(state) {
      Object.assign(state, { palette: false, help: false, planned: null, browsing: false, notice: null });
    },
    recoveryCodeShown(state, { payload }: PayloadAction<string | null>) {
      state.recoveryCode = payload;
    },
    restoreMoved(state, { payload }: PayloadAction<Surface["restore"]>) {
      state.restore = payload;
    },
    noticed(state, { payload }: PayloadAction<string | null>) {
      state.notice = payload;
    },
  },
});

export const {
  engineStopped,
  themeChosen,
  dayShown,
  momentWanted,
  inspectorToggled,
  paletteToggled,
  helpToggled,
  planAsked,
  browsingToggled,
  surfaceCleared,
  recoveryCodeShown,
  restoreMoved,
  noticed,
} = surface.actions;

/** Puts the theme on the document. */
export function applyTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
}
