/** What each package may import from the others, by their folders; `ARCHITECTURE.md` has the same table. */
export const mayImport: Record<string, string[]> = {
  core: [],
  emulator: [],
  conformance: ['core'],
  'adapter-sqlite': ['core'],
  'adapter-postgres': ['core'],
  http: ['core'],
  cli: ['core', 'adapter-sqlite', 'adapter-postgres', 'emulator', 'http'],
}
