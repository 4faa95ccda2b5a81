/** Build and test settings. The build keeps `dist/.gitkeep`, because the server crate embeds that folder and needs it to exist. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

function keepDistFolder(): Plugin {
  return {
    name: "keep-dist-folder",
    apply: "build",
    closeBundle() {
      writeFileSync(new URL("./dist/.gitkeep", import.meta.url), "");
    },
  };
}

const server = process.env.QUDAO_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), keepDistFolder()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /node_modules\/@rc-component\//, sideEffects: false }] } },
  },
  server: { proxy: { "/api": server, "/sign-in": server } },
  preview: { proxy: { "/api": server, "/sign-in": server } },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test-setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    testTimeout: 30_000,
  },
});
