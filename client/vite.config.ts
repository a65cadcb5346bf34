import { tanstackRouter } from '@tanstack/router-plugin/vite'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { BRAND } from '@latchkey/shared/brand'
import { defineConfig, type Plugin } from 'vite'
import { budget } from './build/budget.ts'
import { precompress } from './build/precompress.ts'

const testing = process.env['VITEST'] !== undefined
const backend = `http://localhost:${process.env['SERVER_PORT'] ?? '8000'}`

const brand: Plugin = {
  name: 'brand',
  transformIndexHtml: (html) =>
    html.replaceAll('%BRAND_NAME%', BRAND.name).replaceAll('%BRAND_TAGLINE%', BRAND.tagline),
}

/** Tests import the routes as they stand; a run of them must not rewrite the committed route tree. */
const routes = () =>
  tanstackRouter({
    target: 'react',
    autoCodeSplitting: true,
    // What is shown while a chunk is on its way, or gone, cannot be in one.
    codeSplittingOptions: { defaultBehavior: [['component']] },
    quoteStyle: 'single',
    semicolons: false,
  })

export default defineConfig({
  plugins: [
    ...(testing ? [] : [routes(), tailwindcss()]),
    react(),
    brand,
    budget({ initialKiB: 180 }),
    precompress(),
  ],
  build: {
    target: 'es2023',
    // Inlined assets would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['index.html', 'turnstile.html'] },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    // The server answers for its own host name only, hence changeOrigin.
    proxy: Object.fromEntries(
      ['/api', '/v1', '/health', '/docs', '/dev', '/openapi.json'].map((path) => [
        path,
        { target: backend, changeOrigin: true },
      ]),
    ),
  },
})
