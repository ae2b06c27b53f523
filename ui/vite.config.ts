import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative, so that the same files work from the window's own scheme and from any path of a server.
  base: "./",
  plugins: [react(), tailwind()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: { target: "es2022", chunkSizeWarningLimit: 1300, assetsInlineLimit: 0 },
  worker: { format: "es" },
  server: { host: "127.0.0.1", port: 5173, strictPort: true, proxy: { "/api": process.env.DATAPUNK_URL ?? "http://127.0.0.1:7777" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"] },
});
