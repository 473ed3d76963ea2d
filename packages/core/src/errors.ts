import { harmless } from './harmless-text.js'

/** What went wrong, as a code to decide by. `docs/explain/errors.md` has a paragraph for each. */
export type HubsyncErrorCode =
  | 'INVALID_OPTION'
  | 'UNKNOWN_JOB'
  | 'CLOSED'
  | 'ABORTED'
  | 'UNAUTHORIZED'
  | 'MISSING_SCOPE'
  | 'RATE_LIMITED'
  | 'DAILY_LIMIT'
  | 'PORTAL_MIGRATING'
  | 'HUBSPOT_UNAVAILABLE'
  | 'HUBSPOT_REJECTED'
  | 'HUBSPOT_REPLY'
  | 'UNRECONCILED'
  | 'REMOVAL_REFUSED'
  | 'PORTAL_MISMATCH'
  | 'CHECKPOINT_CONFLICT'
  | 'SCHEMA_CONFLICT'
  | 'SCHEMA_TOO_NEW'
  | 'NOT_A_DATABASE'
  | 'DRIVER_MISSING'
  | 'STORE_FAILED'
  | 'ROW_REFUSED'
  | 'ROWS_HIDDEN'
  | 'NOT_MIRRORED'
  | 'CURSOR_LOST'
  | 'UNEXPECTED'

const marker: unique symbol = Symbol.for('hubsync.error') as never

/** The base of every error that hubsync throws on purpose. */
export class HubsyncError extends Error {
  /** The name of the class. To decide by, use `code`, which another copy of the package has too. */
  override readonly name: string = 'HubsyncError'
  /** {@link isHubsyncError} recognizes the error by it. */
  readonly [marker] = true

  constructor(
    /** What went wrong, as a code to decide by. */
    readonly code: HubsyncErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** Whether `value` is an error of hubsync, even if another copy of the package threw it. */
export function isHubsyncError(value: unknown): value is HubsyncError {
  return typeof value === 'object' && value !== null && marker in value
}

/** Errors that stay until somebody changes the token, the options, the definitions or the database. */
const lasting: readonly HubsyncErrorCode[] = [
  'INVALID_OPTION',
  'UNKNOWN_JOB',
  'CLOSED',
  'UNAUTHORIZED',
  'MISSING_SCOPE',
  'PORTAL_MISMATCH',
  'SCHEMA_CONFLICT',
  'SCHEMA_TOO_NEW',
  'NOT_A_DATABASE',
  'DRIVER_MISSING',
  'ROWS_HIDDEN',
  'CURSOR_LOST',
  'UNEXPECTED',
]

/** Whether the same call may succeed later without anybody changing something. */
export function isPassing(error: unknown): boolean {
  return isHubsyncError(error) && !lasting.includes(error.code)
}

/**
 * Whether a package failed to load because it isn't installed, and not because a dependency of its own is missing or it
 * is broken.
 */
export function isNotInstalled(name: string, cause: unknown): boolean {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown }
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  return isMissing && String(message).includes(`'${name}'`)
}

/** What to do about an installed package that failed to load: the beginning of a sentence. */
export function adviceOnLoading(cause: unknown): string {
  const { message } = (cause ?? {}) as { message?: unknown }
  return String(message).includes('Dynamic require of')
    ? "The bundle has it inside, where it can't run: leave it out of the bundle and install it next to the bundle"
    : 'Install it again'
}

/** An option, argument or job name that can't be used. Nothing was read or written. */
export class InvalidOptionError extends HubsyncError {
  /** The name of the class. To decide by, use `code`, which another copy of the package has too. */
  override readonly name = 'InvalidOptionError'

  constructor(message: string, options?: ErrorOptions) {
    super('INVALID_OPTION', message, options)
  }
}

/** The message of everything that the caller's signal, or `close()`, ended. */
export const STOPPED = 'Stopped on request. Run again to go on from here.'

/**
 * The caller's `AbortSignal` fired, or the mirror was closed. What was committed stays, and the next run continues from
 * there.
 */
export class AbortedError extends HubsyncError {
  /** The name of the class. To decide by, use `code`, which another copy of the package has too. */
  override readonly name = 'AbortedError'

  /** Sets the message: the work was stopped on request. */
  constructor() {
    super('ABORTED', STOPPED)
  }
}

/** What HubSpot said about a call that failed. */
export interface HubspotFailure {
  /** `GET /crm/objects/…`, without query or token. */
  call: string
  /** The HTTP status; 0 if no reply came. */
  status: number
  /** HubSpot's `category`, for example `MISSING_SCOPES`. */
  category?: string | undefined
  /** The id to give to HubSpot's support. */
  correlationId?: string | undefined
  /** The scopes that the token lacks, if HubSpot names them. */
  requiredScopes?: string[] | undefined
  /** Milliseconds until it is worth trying again, if that is known. */
  retryAfterMs?: number | undefined
}

/** A call to HubSpot that finally failed: retrying doesn't help, or the retries are used up. */
export class HubspotError extends HubsyncError {
  /** The name of the class. To decide by, use `code`, which another copy of the package has too. */
  override readonly name = 'HubspotError'
  /** `GET /crm/objects/…`, without query or token. */
  readonly call: string
  /** The HTTP status; 0 if no reply came. */
  readonly status: number
  /** HubSpot's `category`, for example `MISSING_SCOPES`; undefined if it named none. */
  readonly category: string | undefined
  /** The id to give to HubSpot's support; undefined if HubSpot gave none. */
  readonly correlationId: string | undefined
  /** The scopes that the token lacks; empty if HubSpot names none. */
  readonly requiredScopes: string[]
  /** Milliseconds until it is worth trying again; undefined if that isn't known. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: HubsyncErrorCode,
    message: string,
    failure: HubspotFailure,
    options?: ErrorOptions,
  ) {
    super(code, message, options)
    this.call = failure.call
    this.status = failure.status
    this.category = failure.category
    this.correlationId = failure.correlationId
    this.requiredScopes = failure.requiredScopes ?? []
    this.retryAfterMs = failure.retryAfterMs
  }
}

/** Another runner moved this stream's checkpoint: its commit stands, and this one changed nothing. */
export class CheckpointConflictError extends HubsyncError {
  /** The name of the class. To decide by, use `code`, which another copy of the package has too. */
  override readonly name = 'CheckpointConflictError'

  constructor(
    /** The stream whose checkpoint was moved: the name of a job, or of a part of one. */
    readonly stream: string,
  ) {
    super(
      'CHECKPOINT_CONFLICT',
      `Expected the checkpoint of "${stream}" to be as this run left it, but another run has moved it. Nothing was written; let the other run finish.`,
    )
  }
}

/** The constraint that refused a commit, with names as the database has them. */
export interface RefusingConstraint {
  /**
   * The table. Several if the database doesn't say which of them has the foreign key, as in SQLite; none if it names no
   * table. Default: none.
   */
  tables?: readonly string[]
  /** The name of the constraint or unique index, if the database gives it. */
  constraint?: string | undefined
  /** The columns, if the database names these and not the constraint. Default: none. */
  columns?: readonly string[]
  /** `UNIQUE`, `FOREIGN KEY`, `NOT NULL`, `CHECK` or the like, if the database says so. */
  kind?: string | undefined
  /** The function that refused, for example of a trigger, if the database names it. */
  raisedBy?: string | undefined
  /**
   * The database's own words. They become part of the message if no constraint is named, for example for a trigger of
   * the user's. They must not contain values of a record.
   */
  said?: string | undefined
}

/**
 * A constraint refused a commit. The user has added it to a table of the mirror, or to a table that refers to one.
 * Nothing of the commit was written. Its code is `ROW_REFUSED`.
 */
export class ConstraintError extends HubsyncError implements RefusingConstraint {
  /** The name of the class. To decide by, use `code`, which another copy of the package has too. */
  override readonly name = 'ConstraintError'
  /**
   * The table. Several if one of them has the foreign key that refused the commit, none if the database names no table.
   */
  readonly tables: readonly string[]
  /** The name of the constraint or unique index, if the database gives it. */
  readonly constraint: string | undefined
  /** The columns, if the database names these and not the constraint. */
  readonly columns: readonly string[]
  /** `UNIQUE`, `FOREIGN KEY`, `NOT NULL`, `CHECK` or the like, if the database says so. */
  readonly kind: string | undefined
  /** The function that refused, for example of a trigger, if the database names it. */
  readonly raisedBy: string | undefined
  /** The database's own words. */
  readonly said: string | undefined

  constructor(refusing: RefusingConstraint, options?: ErrorOptions) {
    super(
      'ROW_REFUSED',
      `Expected the database to accept HubSpot's data, but ${constraintInWords(refusing)} refuses it. Nothing of this commit was written. Change that constraint, or the data that it checks.`,
      options,
    )
    this.tables = refusing.tables ?? []
    this.constraint = refusing.constraint
    this.columns = refusing.columns ?? []
    this.kind = refusing.kind
    this.raisedBy = refusing.raisedBy
    this.said = refusing.said
  }
}

/** Whether a store reports that a constraint refused a commit, even with another copy of this package. */
export function isConstraintError(error: unknown): error is ConstraintError {
  return isHubsyncError(error) && error.code === 'ROW_REFUSED'
}

/** The constraint as a part of a sentence. */
export function constraintInWords(refusing: RefusingConstraint): string {
  const { tables = [], constraint, columns = [], kind, raisedBy, said } = refusing
  const what = kind === undefined ? 'constraint' : `${kind} constraint`
  const where =
    tables.length === 0 ? '' : ` of the table ${tables.map((name) => `"${name}"`).join(' or ')}`
  const words = said === undefined ? '' : ` ("${harmless(said, 200)}")`
  if (raisedBy !== undefined) return `the function "${raisedBy}"${where}${words}`
  if (constraint !== undefined) return `the ${what} "${constraint}"${where}`
  if (columns.length > 0) return `the ${what} on ${columns.join(', ')}${where}`
  if (kind !== undefined && tables.length > 0) return `a ${what}${where}`
  if (kind !== undefined) return `a ${what} that the database doesn't name`
  return `a trigger or constraint${where} that the database doesn't name${words}`
}

/** An error in a report, as plain data for a log or a reply. */
export interface ReportedError {
  /** What went wrong, as a code to decide by: that of a `HubsyncError`, or `UNEXPECTED`. */
  code: string
  /** What went wrong, in sentences without credentials. */
  message: string
  /** HubSpot's category, if HubSpot answered. */
  category?: string | undefined
  /** The id to give to HubSpot's support. */
  correlationId?: string | undefined
  /** The scopes that the token lacks. */
  requiredScopes?: string[] | undefined
}
