import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** What every object of HubSpot's library has. */
const inPipeline = {
  pipeline: column.text('hs_pipeline'),
  stage: column.text('hs_pipeline_stage'),
  ownerId: column.text('hubspot_owner_id'),
}

/** HubSpot's appointments. They have to be switched on in HubSpot's object library. */
export const appointments = defineObject({
  type: 'appointments',
  columns: {
    name: column.text('hs_appointment_name'),
    startsAt: column.datetime('hs_appointment_start'),
    endsAt: column.datetime('hs_appointment_end'),
    ...inPipeline,
  },
})

/** HubSpot's courses. They have to be switched on in HubSpot's object library. */
export const courses = defineObject({
  type: 'courses',
  columns: {
    name: column.text('hs_course_name'),
    courseId: column.text('hs_course_id'),
    description: column.text('hs_course_description'),
    enrollmentCapacity: column.integer('hs_enrollment_capacity'),
    ...inPipeline,
  },
})

/** HubSpot's listings: houses and flats on offer. They have to be switched on in HubSpot's object library. */
export const listings = defineObject({
  type: 'listings',
  columns: {
    name: column.text('hs_name'),
    type: column.text('hs_listing_type'),
    price: column.decimal('hs_price'),
    address: column.text('hs_address_1'),
    city: column.text('hs_city'),
    state: column.text('hs_state_province'),
    zip: column.text('hs_zip'),
    bedrooms: column.decimal('hs_bedrooms'),
    bathrooms: column.decimal('hs_bathrooms'),
    squareFootage: column.decimal('hs_square_footage'),
    yearBuilt: column.integer('hs_year_built'),
    ...inPipeline,
  },
})

/** HubSpot's services. They have to be switched on in HubSpot's object library. */
export const services = defineObject({
  type: 'services',
  columns: {
    name: column.text('hs_name'),
    serviceStatus: column.text('hs_status'),
    startDate: column.date('hs_start_date'),
    targetEndDate: column.date('hs_target_end_date'),
    totalCost: column.decimal('hs_total_cost'),
    ...inPipeline,
  },
})

/** HubSpot's projects: lists of tasks. Version 2026-09 of HubSpot's API doesn't have them. */
export const projects = defineObject({
  type: 'projects',
  columns: {
    name: column.text('hs_name'),
    ...inPipeline,
  },
})
