import type { Right } from './auth.js'

/** Who may call a path: whoever has the right, or anybody. */
export type Access = Right | 'open'

/** The paths that there are, as OpenAPI writes them. */
export type Paths = Map<string, { methods: string[]; access: Access }>

/** Makes a path known, so that its other methods are refused as such. */
export function addPath(paths: Paths, access: Access, method: string, path: string): void {
  const known = paths.get(path) ?? { methods: [], access }
  known.methods.push(method.toUpperCase())
  paths.set(path, known)
}
