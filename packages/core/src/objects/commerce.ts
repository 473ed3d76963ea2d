import { column } from './columns.js'
import { defineObject } from './define-object.js'

/** HubSpot's products: the library that line items are copies of. HubSpot links them with no other records. */
export const products = defineObject({
  type: 'products',
  columns: {
    name: column.text('name'),
    description: column.text('description'),
    sku: column.text('hs_sku'),
    price: column.decimal('price'),
    cost: column.decimal('hs_cost_of_goods_sold'),
    productType: column.text('hs_product_type'),
    billingFrequency: column.text('recurringbillingfrequency'),
    billingPeriod: column.text('hs_recurring_billing_period'),
  },
})

/** HubSpot's line items. Each belongs to one deal, quote, order, invoice, cart, payment or subscription. */
export const lineItems = defineObject({
  type: 'line_items',
  columns: {
    name: column.text('name'),
    productId: column.text('hs_product_id'),
    sku: column.text('hs_sku'),
    quantity: column.decimal('quantity'),
    price: column.decimal('price'),
    discount: column.decimal('discount'),
    discountPercentage: column.decimal('hs_discount_percentage'),
    amount: column.decimal('amount'),
    currency: column.text('hs_line_item_currency_code'),
    billingFrequency: column.text('recurringbillingfrequency'),
    billingPeriod: column.text('hs_recurring_billing_period'),
    billingStartDate: column.date('hs_recurring_billing_start_date'),
  },
})

/** HubSpot's quotes. */
export const quotes = defineObject({
  type: 'quotes',
  columns: {
    title: column.text('hs_title'),
    number: column.text('hs_quote_number'),
    quoteStatus: column.text('hs_status'),
    amount: column.decimal('hs_quote_amount'),
    currency: column.text('hs_currency'),
    expiresAt: column.datetime('hs_expiration_date'),
    paymentStatus: column.text('hs_payment_status'),
    paidAt: column.datetime('hs_payment_date'),
    signedAt: column.datetime('hs_esign_date'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's orders. */
export const orders = defineObject({
  type: 'orders',
  columns: {
    name: column.text('hs_order_name'),
    externalId: column.text('hs_external_order_id'),
    pipeline: column.text('hs_pipeline'),
    stage: column.text('hs_pipeline_stage'),
    orderStatus: column.text('hs_external_order_status'),
    fulfillmentStatus: column.text('hs_fulfillment_status'),
    paymentStatus: column.text('hs_payment_status'),
    totalPrice: column.decimal('hs_total_price'),
    subtotalPrice: column.decimal('hs_subtotal_price'),
    tax: column.decimal('hs_tax'),
    currency: column.text('hs_currency_code'),
    sourceStore: column.text('hs_source_store'),
    orderedAt: column.datetime('hs_external_created_date'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's carts. */
export const carts = defineObject({
  type: 'carts',
  columns: {
    name: column.text('hs_cart_name'),
    externalId: column.text('hs_external_cart_id'),
    cartStatus: column.text('hs_external_status'),
    totalPrice: column.decimal('hs_total_price'),
    discount: column.decimal('hs_cart_discount'),
    tax: column.decimal('hs_tax'),
    shippingCost: column.decimal('hs_shipping_cost'),
    currency: column.text('hs_currency_code'),
    sourceStore: column.text('hs_source_store'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's invoices. */
export const invoices = defineObject({
  type: 'invoices',
  columns: {
    number: column.text('hs_number'),
    title: column.text('hs_title'),
    invoiceStatus: column.text('hs_invoice_status'),
    amountBilled: column.decimal('hs_amount_billed'),
    amountPaid: column.decimal('hs_amount_paid'),
    balanceDue: column.decimal('hs_balance_due'),
    currency: column.text('hs_currency'),
    invoicedAt: column.datetime('hs_invoice_date'),
    dueAt: column.datetime('hs_due_date'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** HubSpot's payments, in the table `payments`. HubSpot calls the type `commerce_payments`. */
export const payments = defineObject({
  type: 'commerce_payments',
  name: 'payments',
  columns: {
    paymentStatus: column.text('hs_latest_status'),
    amount: column.decimal('hs_initial_amount'),
    netAmount: column.decimal('hs_net_amount'),
    feesAmount: column.decimal('hs_fees_amount'),
    refundsAmount: column.decimal('hs_refunds_amount'),
    currency: column.text('hs_currency_code'),
    customerEmail: column.email('hs_customer_email'),
    method: column.text('hs_payment_method_type'),
    processor: column.text('hs_processor_type'),
    referenceNumber: column.text('hs_reference_number'),
    initiatedAt: column.datetime('hs_initiated_date'),
    paidOutAt: column.datetime('hs_payout_date'),
  },
})

/** HubSpot's commerce subscriptions: recurring payments, not subscriptions to e-mails. */
export const subscriptions = defineObject({
  type: 'subscriptions',
  columns: {
    name: column.text('hs_name'),
    subscriptionStatus: column.text('hs_status'),
    currency: column.text('hs_currency_code'),
    collectionProcess: column.text('hs_collection_process'),
    billingFrequency: column.text('hs_recurring_billing_frequency'),
    billingStartDate: column.date('hs_recurring_billing_start_date'),
    lastPaymentAmount: column.decimal('hs_last_payment_amount'),
    lastPaymentStatus: column.text('hs_last_payment_status'),
    nextPaymentAmount: column.decimal('hs_next_payment_amount'),
    nextPaymentDate: column.date('hs_next_payment_due_date'),
    ownerId: column.text('hubspot_owner_id'),
  },
})

/** What an amount is reduced or raised by: a sum, or a percentage, as `type` says. */
const adjustment = {
  label: column.text('hs_label'),
  type: column.text('hs_type'),
  value: column.decimal('hs_value'),
}

/** HubSpot's discounts on quotes, orders, carts and invoices. */
export const discounts = defineObject({
  type: 'discounts',
  columns: { ...adjustment, duration: column.text('hs_duration') },
})

/** HubSpot's fees on quotes and invoices. */
export const fees = defineObject({ type: 'fees', columns: adjustment })

/** HubSpot's taxes on whole quotes and invoices. They are not the tax rates of line items. */
export const taxes = defineObject({ type: 'taxes', columns: adjustment })

/** HubSpot's contracts. Before version 2026-09 of HubSpot's API they can't be searched, so their list is read again. */
export const contracts = defineObject({
  type: 'contracts',
  columns: {
    name: column.text('hs_name'),
    contractStatus: column.text('hs_status'),
    effectiveDate: column.date('hs_contract_effective_date'),
    startDate: column.date('hs_start_date'),
    currency: column.text('hs_currency_code'),
    ownerId: column.text('hubspot_owner_id'),
  },
})
