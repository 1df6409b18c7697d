// Build of the dashboard: one page and its files, with a hash of the content in each name.
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
    // TensorFlow.js, which is loaded only to play a policy whose network is a topology of its own.
    chunkSizeWarningLimit: 1000,
  },
});
