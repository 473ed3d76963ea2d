import type { ObjectType } from './object-types.js'

/** A change of a pipeline or stage. */
export interface PipelineAudit {
  readonly identifier: string
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE'
  readonly at: number
  /** What it was afterwards, or before it was deleted. */
  readonly rawObject: string
}

/** What was done to the pipelines and stages of a portal, also to those that are gone. */
export class PipelineAudits {
  readonly #byPath = new Map<ObjectType, Map<string, PipelineAudit[]>>()

  /** Notes a change of a pipeline, or of a stage of it. */
  note(
    type: ObjectType,
    path: readonly string[],
    action: PipelineAudit['action'],
    changed: object,
    at: number,
  ): void {
    const known = this.#byPath.get(type) ?? new Map<string, PipelineAudit[]>()
    const key = path.join('/')
    const audits = known.get(key) ?? []
    audits.push({ identifier: path.at(-1)!, action, at, rawObject: JSON.stringify(changed) })
    this.#byPath.set(type, known.set(key, audits))
  }

  /** The changes, newest first; undefined if there was none. */
  of(type: ObjectType, path: readonly string[]): PipelineAudit[] | undefined {
    return this.#byPath.get(type)?.get(path.join('/'))?.toReversed()
  }
}
