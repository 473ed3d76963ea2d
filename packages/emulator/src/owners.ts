/** A user or queue that records can belong to. */
export interface Owner {
  id: string
  email: string
  type: 'PERSON' | 'QUEUE'
  firstName: string
  lastName: string
  /** null once the owner is archived. Source: HubSpot docs, "Owners". */
  userId: number | null
  userIdIncludingInactive: number
  createdAt: string
  updatedAt: string
  archived: boolean
}
