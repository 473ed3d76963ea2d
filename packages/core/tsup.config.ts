import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/store.ts', 'src/node-version.ts'],
  // An import of its own, so that the bundle too evaluates it first.
  external: ['./node-version.js'],
  format: 'esm',
  dts: true,
  clean: true,
  sourcemap: true,
  target: 'node22',
})
