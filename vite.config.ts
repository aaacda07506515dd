import react from '@vitejs/plugin-react'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

// One config, three uses: the client (`vite build`), the server (`vite build --ssr`) and the tests (`vitest`).
// The server is built too, so that `npm start` runs plain JavaScript on any Node from 20.19 on.
export default defineConfig(
  ({ isSsrBuild }): ViteUserConfig => ({
    root: isSsrBuild || process.env['VITEST'] ? '.' : 'client',
    plugins: [react()],
    build: isSsrBuild
      ? {
          outDir: 'dist/server',
          emptyOutDir: true,
          target: 'node20',
          minify: false,
          sourcemap: true,
          copyPublicDir: false,
          rollupOptions: {
            input: { main: 'server/main.ts', 'call-worker': 'server/webhook/call-worker.ts' },
          },
        }
      : {
          outDir: '../dist/client',
          emptyOutDir: true,
          chunkSizeWarningLimit: 1200,
          rollupOptions: { output: { codeSplitting: { groups: chunks } } },
        },
    server: { proxy: proxyTo(process.env['HOOKLINE_API'] ?? 'http://127.0.0.1:3001') },
    test: {
      include: ['test/**/*.test.ts'],
      environment: 'node',
      testTimeout: 90_000,
    },
  }),
)

/** All that the first screen needs is one file: it was 40, of 1 to 4 KiB each, which cost a request each and compress badly. */
const chunks = [{ name: 'first', tags: ['$initial' as const] }]

/** In `npm run dev`, Vite serves the screens and hands everything else to the running server. */
function proxyTo(target: string) {
  const paths = ['/api/v1', '/api/docs', '/healthz', '/sandbox/in', '/sign-in', '/sign-out']
  return Object.fromEntries(paths.map(path => [path, { target }]))
}
