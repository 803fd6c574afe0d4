import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// Django's shell page finds the hashed files through the manifest; everything is served from our own origin.
export default defineConfig({
  plugins: [react()],
  base: '/static/editor/',
  build: {
    outDir: '../static/editor',
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['src/main.tsx', 'src/demo/main.tsx', 'src/audience/main.tsx'] },
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1700,
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
