import type { Job } from "@/generated/types";

/** Whether a job has not ended: it is at work, or held still. */
export const isAtWork = ({ state }: Job): boolean => state === "running" || state === "paused";
