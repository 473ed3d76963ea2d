import type { Json, RecordStatus } from '../model.js'

/** A user or queue that records can belong to. */
export interface OwnerRow {
  /** HubSpot's id of the owner: the value of `hubspot_owner_id`. */
  id: string
  /** `ARCHIVED` for one who has left, or whom HubSpot no longer lists. */
  status: RecordStatus
  /** When the owner was made in HubSpot: ISO-8601 in UTC with milliseconds. */
  createdAt: string | null
  /** When the owner was last modified in HubSpot. HubSpot changes teams without it. */
  updatedAt: string | null
  /** The e-mail address. A queue may have none. */
  email: string | null
  /** The first name; null for a queue. */
  firstName: string | null
  /** The last name; null for a queue. */
  lastName: string | null
  /** `PERSON` or `QUEUE`. */
  type: string | null
  /** The id of the user, which isn't that of the owner. Also of one who has left. */
  userId: string | null
  /** HubSpot's whole object. */
  raw: Json
}

/** A team of owners. */
export interface TeamRow {
  /** HubSpot's id of the team. */
  id: string
  /** `ARCHIVED` once no owner is in it: HubSpot lists teams only with their owners. */
  status: RecordStatus
  /** What HubSpot's pages show. */
  name: string | null
  /** What HubSpot says about it with an owner. */
  raw: Json
}

/** The rows that are read like those of objects, by name. */
export interface ReferenceRows {
  /** An owner. */
  owners: OwnerRow
  /** A team. */
  teams: TeamRow
}

/** An owner of a team, or a team of an owner. */
export interface Membership<Row> {
  /** The row at the other end. */
  record: Row
  /** Whether it is the owner's main team. Null if HubSpot doesn't say. */
  isPrimary: boolean | null
}

/** What pipelines and stages have in common. */
interface PlaceRow {
  /** HubSpot's id of it, which records have. */
  id: string
  /** `ARCHIVED` once it is deleted. Records may still have its id. */
  status: RecordStatus
  /** What HubSpot's pages show. */
  label: string | null
  /** The place among the others. */
  displayOrder: number | null
  /** When it was made in HubSpot: ISO-8601 in UTC with milliseconds. Null for those that HubSpot made itself. */
  createdAt: string | null
  /** When it was last modified in HubSpot. */
  updatedAt: string | null
  /** When it was archived, if HubSpot says so. */
  archivedAt: string | null
}

/** A pipeline with its stages. */
export interface PipelineRow extends PlaceRow {
  /** In display order. */
  stages: StageRow[]
}

/** A stage of a pipeline. */
export interface StageRow extends PlaceRow {
  /** Whether records in it are done with. Null if HubSpot doesn't say. */
  isClosed: boolean | null
  /** Whether it is closed with a probability of 1. Null for stages without a probability. */
  isWon: boolean | null
  /** The probability of winning, a decimal as text from 0 to 1. */
  probability: string | null
  /** `OPEN` or `CLOSED` for tickets. */
  state: string | null
}

/** The definition of a property, with its group and its options. */
export interface PropertyRow {
  /** The internal name. */
  name: string
  /** `ARCHIVED` if it is archived in HubSpot, or no longer there. */
  status: RecordStatus
  /** What HubSpot's pages show. */
  label: string | null
  /** HubSpot's kind of value: `string`, `number`, `enumeration` and so on. */
  type: string | null
  /** HubSpot's kind of field: `text`, `checkbox` and so on. */
  fieldType: string | null
  /** What the portal wrote about it. */
  description: string | null
  /** Whether HubSpot calculates its values: by flag, field type or formula. */
  isCalculated: boolean | null
  /** Whether it is the portal's own. */
  isCustom: boolean | null
  /** Whether no two records may have the same value. */
  isUnique: boolean | null
  /** Whether HubSpot's pages hide it. */
  isHidden: boolean | null
  /** Whether its values can't be written. */
  isReadOnly: boolean | null
  /** The type of object that its values are ids of, such as `OWNER`. */
  referencesObject: string | null
  /** `non_sensitive`, `sensitive` or `highly_sensitive`. */
  sensitivity: string | null
  /** When it was made in HubSpot: ISO-8601 in UTC with milliseconds. */
  createdAt: string | null
  /** When it was last changed in HubSpot. */
  updatedAt: string | null
  /** When it was archived. */
  archivedAt: string | null
  /** The group that HubSpot's pages show it in. */
  group: { name: string; label: string | null } | null
  /** The choices, in display order. Empty if it has none, or if its values are ids of something else. */
  options: OptionRow[]
}

/** A choice of a property. */
export interface OptionRow {
  /** The value that records have, without spaces at its ends: as columns have it. */
  value: string
  /** `ARCHIVED` if HubSpot no longer has it. Records may still have it. */
  status: RecordStatus
  /** What HubSpot's pages show. */
  label: string | null
  /** The place among the choices. */
  displayOrder: number | null
  /** Whether HubSpot's pages no longer offer it. */
  isHidden: boolean | null
}
