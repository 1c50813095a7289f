/** Builds the editor, and serves it with hot reload in development (`npm run dev`). */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const root = import.meta.dirname;

/** The runtime that a development server talks to; set by tools/dev.mjs. */
const runtimeUrl = process.env.MILLRACE_DEV_RUNTIME ?? "http://127.0.0.1:8420";

/** The runtime refuses writes from foreign origins, so requests pass on as if they came from its own page. */
const toRuntime = { target: runtimeUrl, changeOrigin: true, headers: { origin: runtimeUrl } };

export default defineConfig({
  root: `${root}/editor`,
  plugins: [react()],
  build: {
    outDir: `${root}/dist/editor`,
    emptyOutDir: true,
    target: "es2022",
    sourcemap: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 3000,
  },
  server: {
    host: "127.0.0.1",
    fs: { allow: [root] },
    proxy: {
      "/api": { ...toRuntime, ws: true },
      "/login": toRuntime,
      "/health": toRuntime,
    },
  },
});
