/** A stage that HubSpot makes: its id, its name and what is known about it, all in text. */
interface StartingStage {
  readonly id: string
  readonly label: string
  readonly metadata: Readonly<Record<string, string>>
}

/** A pipeline that a type has from the start. */
export interface StartingPipeline {
  readonly id: string
  readonly label: string
  readonly stages: readonly StartingStage[]
}

function deal(id: string, label: string, probability: string): StartingStage {
  return { id, label, metadata: { isClosed: String(id.startsWith('closed')), probability } }
}

function ticket(id: string, label: string, ticketState: 'OPEN' | 'CLOSED'): StartingStage {
  return { id, label, metadata: { ticketState, isClosed: String(ticketState === 'CLOSED') } }
}

/** Stages about which nothing is known but the name. */
function plain(...stages: (readonly [id: string, label: string])[]): StartingStage[] {
  return stages.map(([id, label]) => ({ id, label, metadata: {} }))
}

const lifecycle = plain(
  ['subscriber', 'Subscriber'],
  ['lead', 'Lead'],
  ['marketingqualifiedlead', 'Marketing qualified lead'],
  ['salesqualifiedlead', 'Sales qualified lead'],
  ['opportunity', 'Opportunity'],
  ['customer', 'Customer'],
  ['evangelist', 'Evangelist'],
  ['other', 'Other'],
)

/**
 * The pipelines that every portal starts with. The ids of the stages of deals, tickets, leads and orders are HubSpot's;
 * those of the last five types aren't published, and are made up here.
 */
export const startingPipelines: Readonly<Record<string, StartingPipeline>> = {
  contacts: {
    id: 'contacts-lifecycle-pipeline',
    label: 'Lifecycle stage pipeline',
    stages: lifecycle,
  },
  companies: {
    id: 'companies-lifecycle-pipeline',
    label: 'Lifecycle stage pipeline',
    stages: lifecycle,
  },
  deals: {
    id: 'default',
    label: 'Sales pipeline',
    stages: [
      deal('appointmentscheduled', 'Appointment scheduled', '0.2'),
      deal('qualifiedtobuy', 'Qualified to buy', '0.4'),
      deal('presentationscheduled', 'Presentation scheduled', '0.6'),
      deal('decisionmakerboughtin', 'Decision maker bought-in', '0.8'),
      deal('contractsent', 'Contract sent', '0.9'),
      deal('closedwon', 'Closed won', '1.0'),
      deal('closedlost', 'Closed lost', '0.0'),
    ],
  },
  tickets: {
    id: '0',
    label: 'Support pipeline',
    stages: [
      ticket('1', 'New', 'OPEN'),
      ticket('2', 'Waiting on contact', 'OPEN'),
      ticket('3', 'Waiting on us', 'OPEN'),
      ticket('4', 'Closed', 'CLOSED'),
    ],
  },
  leads: {
    id: 'lead-pipeline-id',
    label: 'Lead pipeline',
    stages: plain(
      ['new-stage-id', 'New'],
      ['attempting-stage-id', 'Attempting'],
      ['connected-stage-id', 'Connected'],
      ['qualified-stage-id', 'Qualified'],
      ['unqualified-stage-id', 'Disqualified'],
    ),
  },
  orders: {
    id: '14a2e10e-5471-408a-906e-c51f3b04369e',
    label: 'Order pipeline',
    stages: plain(
      ['4b27b500-f031-4927-9811-68a0b525cbae', 'Open'],
      ['937ea84d-0a4f-4dcf-9028-3f9c2aafbf03', 'Processed'],
      ['aa99e8d0-c1d5-4071-b915-d240bbb1aed9', 'Shipped'],
      ['3725360f-519b-4b18-a593-494d60a29c9f', 'Delivered'],
      ['3c85a297-e9ce-400b-b42e-9f16853d69d6', 'Cancelled'],
    ),
  },
  appointments: {
    id: 'appointments-pipeline',
    label: 'Appointment pipeline',
    stages: plain(['appointment-booked', 'Booked'], ['appointment-held', 'Held']),
  },
  courses: {
    id: 'courses-pipeline',
    label: 'Course pipeline',
    stages: plain(['course-planned', 'Planned'], ['course-running', 'Running']),
  },
  listings: {
    id: 'listings-pipeline',
    label: 'Listing pipeline',
    stages: plain(['listing-for-sale', 'For sale'], ['listing-sold', 'Sold']),
  },
  services: {
    id: 'services-pipeline',
    label: 'Service pipeline',
    stages: plain(['service-new', 'New'], ['service-in-progress', 'In progress']),
  },
  projects: {
    id: 'projects-pipeline',
    label: 'Project pipeline',
    stages: plain(['project-planned', 'Planned'], ['project-done', 'Done']),
  },
}
