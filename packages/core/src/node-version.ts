// The first import of each entry: it speaks before anything that an old Node.js lacks is evaluated. The same file is in core, emulator and cli.

const [NEEDED_MAJOR, NEEDED_MINOR] = [22, 14]

// Browsers and workers have no `process`. Bun and Deno name a version of Node.js, but are none.
interface Runtime {
  process?: { versions?: Record<string, string | undefined> }
}
const { node, bun, deno } = (globalThis as Runtime).process?.versions ?? {}
const [major = 0, minor = 0] = node?.split('.').map(Number) ?? []
const isOld = major < NEEDED_MAJOR || (major === NEEDED_MAJOR && minor < NEEDED_MINOR)
if (node !== undefined && !bun && !deno && isOld) {
  const error = new Error(
    `hubsync needs Node.js ${NEEDED_MAJOR}.${NEEDED_MINOR} or later, but this is Node.js ${node}: update Node.js.`,
  )
  // Where it was thrown tells nobody anything.
  error.stack = error.message
  throw error
}
