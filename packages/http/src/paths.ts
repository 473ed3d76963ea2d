import type { Right } from './auth.js'

/** Who may call a path: clients with the right, or everybody. */
export type Access = Right | 'open'

/** The known paths, in OpenAPI's form. */
export type Paths = Map<string, { methods: string[]; access: Access }>

/** Records a path and a method of it, so that other methods can be refused with 405. */
export function addPath(paths: Paths, access: Access, method: string, path: string): void {
  const known = paths.get(path) ?? { methods: [], access }
  known.methods.push(method.toUpperCase())
  paths.set(path, known)
}
