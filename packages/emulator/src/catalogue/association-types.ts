/** The number of a type, and that of the opposite direction where one is published. */
type Numbers = readonly [typeId: number, inverse?: number]

/**
 * The unlabelled types between HubSpot's own objects. Source: HubSpot docs, "Associations" (association type id values).
 * A pair whose opposite number isn't published answers in one direction only.
 */
const UNLABELLED: Readonly<Record<string, Readonly<Record<string, Numbers>>>> = {
  contacts: {
    companies: [279, 280],
    deals: [4, 3],
    tickets: [15, 16],
    contacts: [449, 449],
  },
  companies: { companies: [450, 450] },
  deals: {
    companies: [341, 342],
    tickets: [27, 28],
    line_items: [19, 20],
    deals: [451, 451],
  },
  tickets: { companies: [339, 340], tickets: [452, 452] },
  calls: {
    contacts: [194, 193],
    companies: [182, 181],
    deals: [206, 205],
    tickets: [220, 219],
    appointments: [913, 912],
    courses: [867, 866],
    listings: [891, 890],
    services: [841, 840],
  },
  emails: {
    contacts: [198, 197],
    companies: [186, 185],
    deals: [210, 209],
    tickets: [224, 223],
    appointments: [917, 916],
    courses: [871, 870],
    listings: [895, 894],
    services: [843, 842],
  },
  meetings: {
    contacts: [200, 199],
    companies: [188, 187],
    deals: [212, 211],
    tickets: [226, 225],
    appointments: [919, 918],
    courses: [873, 872],
    listings: [897, 896],
    services: [839, 838],
  },
  notes: {
    contacts: [202, 201],
    companies: [190, 189],
    deals: [214, 213],
    tickets: [228, 227],
    appointments: [921, 920],
    courses: [875, 874],
    listings: [899, 898],
    services: [837, 836],
  },
  tasks: {
    contacts: [204, 203],
    companies: [192, 191],
    deals: [216, 215],
    tickets: [230, 229],
    appointments: [923, 922],
    courses: [877, 876],
    listings: [901, 900],
    services: [853, 852],
  },
  communications: {
    contacts: [81, 82],
    companies: [87, 88],
    deals: [85, 86],
    tickets: [83, 84],
    appointments: [925, 924],
    courses: [879, 878],
    listings: [903, 902],
    services: [847, 846],
  },
  postal_mail: {
    contacts: [453, 454],
    companies: [459, 460],
    deals: [457, 458],
    tickets: [455, 456],
    appointments: [927, 926],
    courses: [881, 880],
    listings: [905, 904],
    services: [849, 848],
  },
  leads: {
    contacts: [608],
    companies: [610],
    deals: [1037],
    calls: [596],
    emails: [598],
    meetings: [600],
    notes: [854],
    tasks: [646],
    communications: [602],
  },
  quotes: {
    deals: [64, 63],
    line_items: [67, 68],
    contacts: [69],
    companies: [71],
    discounts: [362],
    fees: [364],
    taxes: [366],
    carts: [733, 732],
    invoices: [408, 407],
    orders: [731, 730],
    commerce_payments: [398],
    subscriptions: [304],
  },
  orders: {
    contacts: [507, 508],
    companies: [509, 510],
    deals: [512, 511],
    line_items: [513, 514],
    tickets: [525, 526],
    carts: [593, 592],
    discounts: [519],
    invoices: [518, 517],
    commerce_payments: [523],
    subscriptions: [516],
    tasks: [726],
  },
  invoices: {
    contacts: [177, 178],
    companies: [179, 180],
    deals: [175, 176],
    line_items: [409, 410],
    tickets: [986],
    discounts: [411],
    fees: [413],
    taxes: [415],
    commerce_payments: [541, 542],
    subscriptions: [622],
  },
  carts: {
    contacts: [586, 587],
    line_items: [590, 591],
    discounts: [588],
    tasks: [728],
    tickets: [594],
  },
  subscriptions: {
    contacts: [295, 296],
    companies: [297, 298],
    deals: [299, 300],
    line_items: [301, 302],
  },
  commerce_payments: {
    contacts: [387, 388],
    companies: [389, 390],
    deals: [391, 392],
    line_items: [395, 396],
  },
  line_items: { discounts: [368] },
  feedback_submissions: { contacts: [98], tickets: [100] },
  appointments: {
    contacts: [966, 907],
    companies: [908, 909],
    deals: [944, 945],
    tickets: [946, 947],
  },
  courses: {
    contacts: [860, 861],
    companies: [938, 939],
    deals: [862, 863],
    tickets: [940, 941],
  },
  listings: {
    contacts: [882, 883],
    companies: [884, 885],
    deals: [886, 887],
    tickets: [942, 943],
  },
  services: {
    contacts: [798, 799],
    companies: [792, 793],
    deals: [794, 795],
    tickets: [796, 797],
  },
}

/** One of HubSpot's own association types, in the direction that it is named in. */
export interface StandardAssociation {
  readonly from: string
  readonly to: string
  readonly label: string | null
  readonly inverseLabel: string | null
  readonly typeId: number
  readonly inverseTypeId: number | undefined
}

function labelled(
  from: string,
  to: string,
  label: string,
  [typeId, inverseTypeId]: Numbers,
  inverseLabel = label,
): StandardAssociation {
  return { from, to, label, inverseLabel, typeId, inverseTypeId }
}

/** HubSpot's own types with a label. Only the Primary types are limited to one for a record. */
const LABELLED: readonly StandardAssociation[] = [
  labelled('contacts', 'companies', 'Primary', [1, 2]),
  labelled('deals', 'companies', 'Primary', [5, 6]),
  labelled('tickets', 'companies', 'Primary', [26, 25]),
  labelled('companies', 'companies', 'Parent Company', [14, 13], 'Child Company'),
  labelled('leads', 'contacts', 'Primary', [578]),
  labelled('leads', 'companies', 'Primary', [580]),
  labelled('leads', 'deals', 'Primary', [582]),
  labelled('orders', 'companies', 'Primary', [934]),
  labelled('quotes', 'contacts', 'Contact Signer', [702]),
]

/** HubSpot's own association types, those without a label first. */
export const standardAssociations: readonly StandardAssociation[] = [
  ...Object.entries(UNLABELLED).flatMap(([from, pairs]) =>
    Object.entries(pairs).map(([to, [typeId, inverseTypeId]]) => ({
      from,
      to,
      label: null,
      inverseLabel: null,
      typeId,
      inverseTypeId,
    })),
  ),
  ...LABELLED,
]
