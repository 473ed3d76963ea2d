/**
 * The numbers of the unlabelled types between HubSpot's own objects, by near end and far end. A pair that is only in one
 * place answers in that direction alone. Source: HubSpot docs, "Associations" (association type id values), 30 Mar 2026.
 */
const UNLABELLED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  contacts: {
    ...{ contacts: 449, companies: 279, deals: 4, tickets: 15, leads: 609, quotes: 70 },
    ...{ orders: 508, carts: 587, invoices: 178, commerce_payments: 388, subscriptions: 296 },
    ...{ calls: 193, emails: 197, meetings: 199, notes: 201, tasks: 203, communications: 82 },
    ...{ postal_mail: 454, feedback_submissions: 97, appointments: 907, courses: 861 },
    ...{ listings: 883, services: 799, projects: 1243 },
  },
  companies: {
    ...{ contacts: 280, companies: 450, deals: 342, tickets: 340, leads: 611, quotes: 72 },
    ...{ orders: 935, invoices: 180, commerce_payments: 390, subscriptions: 298, calls: 181 },
    ...{ emails: 185, meetings: 187, notes: 189, tasks: 191, communications: 88, postal_mail: 460 },
    ...{ feedback_submissions: 929, appointments: 909, courses: 939, listings: 885, services: 793 },
    projects: 1237,
  },
  deals: {
    ...{ contacts: 3, companies: 341, deals: 451, tickets: 27, leads: 1038, line_items: 19 },
    ...{ quotes: 63, orders: 511, carts: 1346, invoices: 176, commerce_payments: 392 },
    ...{ subscriptions: 300, calls: 205, emails: 209, meetings: 211, notes: 213, tasks: 215 },
    ...{ communications: 86, postal_mail: 458, feedback_submissions: 985, goal_targets: 1357 },
    ...{ appointments: 945, courses: 863, listings: 887, services: 795, projects: 1239 },
  },
  tickets: {
    ...{ contacts: 16, companies: 339, deals: 28, tickets: 452, orders: 526 },
    ...{ commerce_payments: 1355, subscriptions: 1122, calls: 219, emails: 223, meetings: 225 },
    ...{ notes: 227, tasks: 229, communications: 84, postal_mail: 456, feedback_submissions: 99 },
    ...{ appointments: 947, courses: 941, listings: 943, services: 797, projects: 1241 },
  },
  leads: {
    ...{ contacts: 608, companies: 610, deals: 1037, calls: 596, emails: 598, meetings: 600 },
    ...{ notes: 854, tasks: 646, communications: 602, feedback_submissions: 1162 },
  },
  line_items: {
    ...{ deals: 20, quotes: 68, orders: 514, carts: 591, invoices: 410, commerce_payments: 396 },
    ...{ subscriptions: 302, discounts: 368, projects: 1345 },
  },
  quotes: {
    ...{ contacts: 69, companies: 71, deals: 64, line_items: 67, orders: 731, carts: 733 },
    ...{ invoices: 408, commerce_payments: 398, subscriptions: 304, discounts: 362, fees: 364 },
    ...{ taxes: 366, tasks: 217, feedback_submissions: 1172 },
  },
  orders: {
    ...{ contacts: 507, companies: 934, deals: 512, tickets: 525, line_items: 513, quotes: 730 },
    ...{ carts: 593, invoices: 518, commerce_payments: 523, subscriptions: 516, discounts: 519 },
    ...{ calls: 772, emails: 776, meetings: 768, notes: 764, tasks: 726, communications: 784 },
    ...{ postal_mail: 789, feedback_submissions: 1168 },
  },
  carts: {
    ...{ contacts: 586, deals: 1347, tickets: 594, line_items: 590, quotes: 732, orders: 592 },
    ...{ discounts: 588, tasks: 728, feedback_submissions: 1158 },
  },
  invoices: {
    ...{ contacts: 177, companies: 179, deals: 175, tickets: 986, line_items: 409, quotes: 407 },
    ...{ orders: 517, commerce_payments: 541, subscriptions: 622, discounts: 411, fees: 413 },
    ...{ taxes: 415, feedback_submissions: 1160 },
  },
  commerce_payments: {
    ...{ contacts: 387, companies: 389, deals: 391, tickets: 1354, line_items: 395, quotes: 397 },
    ...{ orders: 524, invoices: 542, subscriptions: 393, discounts: 428, fees: 1326 },
    feedback_submissions: 1170,
  },
  subscriptions: {
    ...{ contacts: 295, companies: 297, deals: 299, tickets: 1121, line_items: 301, quotes: 303 },
    ...{ orders: 515, invoices: 623, feedback_submissions: 1174 },
  },
  discounts: { deals: 369, line_items: 367, quotes: 361, orders: 520, carts: 589, invoices: 412 },
  fees: { quotes: 363, invoices: 414, commerce_payments: 1327 },
  taxes: { quotes: 365, invoices: 416 },
  calls: {
    ...{ contacts: 194, companies: 182, deals: 206, tickets: 220, leads: 597, orders: 773 },
    ...{ feedback_submissions: 1156, appointments: 913, courses: 867, listings: 891 },
    ...{ services: 841, projects: 1258 },
  },
  emails: {
    ...{ contacts: 198, companies: 186, deals: 210, tickets: 224, orders: 777, appointments: 917 },
    ...{ courses: 871, listings: 895, services: 843, projects: 1260 },
  },
  meetings: {
    ...{ contacts: 200, companies: 188, deals: 212, tickets: 226, leads: 601, orders: 769 },
    ...{ appointments: 919, courses: 873, listings: 897, services: 839 },
  },
  notes: {
    ...{ contacts: 202, companies: 190, deals: 214, tickets: 228, leads: 855, orders: 765 },
    ...{ appointments: 921, courses: 875, listings: 899, services: 837, projects: 1249 },
  },
  tasks: {
    ...{ contacts: 204, companies: 192, deals: 216, tickets: 230, leads: 647, quotes: 218 },
    ...{ orders: 727, appointments: 923, courses: 877, listings: 901, services: 853 },
    projects: 1247,
  },
  communications: {
    ...{ contacts: 81, companies: 87, deals: 85, tickets: 83, leads: 603, orders: 785 },
    ...{ appointments: 925, courses: 879, listings: 903, services: 847, projects: 1282 },
  },
  postal_mail: {
    ...{ contacts: 453, companies: 459, deals: 457, tickets: 455, orders: 788, appointments: 927 },
    ...{ courses: 881, listings: 905, services: 849, projects: 1264 },
  },
  feedback_submissions: {
    ...{ contacts: 98, companies: 928, deals: 984, tickets: 100, leads: 1161, quotes: 1171 },
    ...{ orders: 1167, carts: 1157, invoices: 1159, commerce_payments: 1169, subscriptions: 1173 },
    calls: 1155,
  },
  goal_targets: { deals: 1356 },
  appointments: {
    ...{ contacts: 906, companies: 908, deals: 944, tickets: 946, calls: 912, emails: 916 },
    ...{ meetings: 918, notes: 920, tasks: 922, communications: 924, postal_mail: 926 },
    projects: 1325,
  },
  courses: {
    ...{ contacts: 860, companies: 938, deals: 862, tickets: 940, calls: 866, emails: 870 },
    ...{ meetings: 872, notes: 874, tasks: 876, communications: 878, postal_mail: 880 },
    projects: 1323,
  },
  listings: {
    ...{ contacts: 882, companies: 884, deals: 886, tickets: 942, calls: 890, emails: 894 },
    ...{ meetings: 896, notes: 898, tasks: 900, communications: 902, postal_mail: 904 },
    projects: 1321,
  },
  services: {
    ...{ contacts: 798, companies: 792, deals: 794, tickets: 796, calls: 840, emails: 842 },
    ...{ meetings: 838, notes: 836, tasks: 852, communications: 846, postal_mail: 848 },
    projects: 1245,
  },
  projects: {
    ...{ contacts: 1242, companies: 1236, deals: 1238, tickets: 1240, calls: 1257, emails: 1259 },
    ...{ meetings: 1255, notes: 1248, tasks: 1246, communications: 1281, postal_mail: 1263 },
    ...{ appointments: 1324, courses: 1322, listings: 1320, services: 1244, projects: 1254 },
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
  typeId: number,
  inverseTypeId?: number,
  inverseLabel = label,
): StandardAssociation {
  return { from, to, label, inverseLabel, typeId, inverseTypeId }
}

/** HubSpot's own types with a label. Only the Primary types are limited to one for a record. */
const LABELLED: readonly StandardAssociation[] = [
  labelled('contacts', 'companies', 'Primary', 1, 2),
  labelled('deals', 'companies', 'Primary', 5, 6),
  labelled('tickets', 'companies', 'Primary', 26, 25),
  labelled('companies', 'companies', 'Parent Company', 14, 13, 'Child Company'),
  labelled('leads', 'contacts', 'Primary', 578),
  labelled('leads', 'companies', 'Primary', 580),
  labelled('leads', 'deals', 'Primary', 582),
  labelled('quotes', 'contacts', 'Contact Signer', 702),
]

/** HubSpot's own association types, those without a label first. Each pair is named once, by the end that comes first. */
export const standardAssociations: readonly StandardAssociation[] = [
  ...Object.keys(UNLABELLED).flatMap((from, place, types) =>
    Object.entries(UNLABELLED[from]!)
      .filter(([to]) => UNLABELLED[to]?.[from] === undefined || types.indexOf(to) >= place)
      .map(([to, typeId]) => ({
        from,
        to,
        label: null,
        inverseLabel: null,
        typeId,
        inverseTypeId: UNLABELLED[to]?.[from],
      })),
  ),
  ...LABELLED,
]
